"""What is measured in solos, and what it is compared with."""
