"""What every room needs of the machine: paths as people write them, files that are whole or absent, the console."""
