#!/usr/bin/env python3
"""Makes the .npy and .npz files of this folder: /usr/bin/python3 make.py (NumPy 1.x or 2.x give the same bytes)."""
import os
import numpy as np

os.chdir(os.path.dirname(os.path.abspath(__file__)))
np.save("f4_2x3.npy", np.array([[0, 1.5, np.nan], [-3, np.inf, 5e-40]], dtype="<f4"))
np.save("f8_big_3.npy", np.array([1.25, -2, 1e300], dtype=">f8"))
np.save("i8_fortran_2x3.npy", np.asfortranarray(np.arange(6, dtype="<i8").reshape(2, 3)))
np.save("b_4.npy", np.array([True, False, False, True]))
np.save("u2_scalar.npy", np.array(65535, dtype="<u2"))
with open("f4_v2.npy", "wb") as f:
    np.lib.format.write_array(f, np.array([7.0], dtype="<f4"), version=(2, 0))
np.savez_compressed("mixed.npz", a=np.arange(3, dtype="<i4"), text=np.array(["x", "yy"]))
