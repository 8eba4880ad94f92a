"""What is judged: pure rules, a folder per family."""
