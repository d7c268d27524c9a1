"""What is done across all rooms: joining two people into one."""
