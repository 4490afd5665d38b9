"""What every room needs of the machine: paths as people write them, files that are whole or absent, the console; and
how it keeps memory, in which precision it computes, and how it convolves where it has no bfloat16."""
