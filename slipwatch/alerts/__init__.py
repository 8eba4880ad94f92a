"""From assessments to a mailbox: life of an alert, who is told, the mail, and the relay that sends it."""
