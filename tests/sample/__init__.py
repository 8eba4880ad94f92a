"""The sample programme tells its story."""
