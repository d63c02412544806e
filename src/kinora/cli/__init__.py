"""The command line.

Importing it sets how many threads NumPy's linear algebra has, for itself and for the processes that
it starts: our systems are small, and where the second core is busy a second thread costs more than
the whole solution.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when NumPy is imported, so before that
