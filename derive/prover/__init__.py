"""Floor 1: the kernel.  It knows no screen, no file and no LaTeX."""
