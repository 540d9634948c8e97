"""Reference numbers for Morris screening and Sobol' indices from SALib, on its own samples.

    python -m venv venv && venv/bin/pip install SALib==1.6.0 numpy==2.4.6 scipy==1.17.1
    venv/bin/python tests/reference/salib_reference.py

writes salib_*.csv beside this file: one line per point (the factors, then the outcome y), and salib_results.csv: what
SALib says of them. `src/methods/tests_sensitivity.rs` analyses the same points and compares. Morris's function is that
of his 1991 paper with the free coefficients -1 and 1 in turn instead of random ones.
"""

import csv
import pathlib

import numpy as np
from SALib.analyze import morris as morris_analysis
from SALib.analyze import sobol as sobol_analysis
from SALib.sample import morris as morris_sample
from SALib.sample import sobol as sobol_sample
from SALib.test_functions import Ishigami, Sobol_G

HERE = pathlib.Path(__file__).parent
results = []


def write(name, header, rows):
    with open(HERE / name, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def points(name, x, y):
    k = x.shape[1]
    rows = [[repr(float(v)) for v in row] + [repr(float(out))] for row, out in zip(x, y)]
    write(f"salib_{name}.csv", [f"x{i + 1}" for i in range(k)] + ["y"], rows)


def result(name, statistic, values):
    for i, value in enumerate(values):
        results.append([name, i + 1, statistic, repr(float(value))])


def sobol(name, problem, rows, function):
    x = sobol_sample.sample(problem, rows, calc_second_order=False, seed=1)
    y = function(x)
    points(name, x, y)
    found = sobol_analysis.analyze(problem, y, calc_second_order=False, num_resamples=2000, seed=1)
    for statistic in ["S1", "ST", "S1_conf", "ST_conf"]:
        result(name, statistic, found[statistic])


def morris_function(x):
    w = 2 * (x - 0.5)
    for i in [2, 4, 6]:
        w[:, i] = 2 * (1.1 * x[:, i] / (x[:, i] + 0.1) - 0.5)
    k, y = x.shape[1], np.zeros(len(x))
    for i in range(k):
        y += (20 if i < 10 else (-1) ** (i + 1)) * w[:, i]
        for j in range(i + 1, k):
            y += (-15 if j < 6 else (-1) ** (i + j)) * w[:, i] * w[:, j]
            for l in range(j + 1, 5):
                y += -10 * w[:, i] * w[:, j] * w[:, l]
                for s in range(l + 1, 4):
                    y += 5 * w[:, i] * w[:, j] * w[:, l] * w[:, s]
    return y


angles = {"num_vars": 3, "names": ["x1", "x2", "x3"], "bounds": [[-np.pi, np.pi]] * 3}
sobol("ishigami", angles, 64, Ishigami.evaluate)

unit = {"num_vars": 8, "names": [f"x{i + 1}" for i in range(8)], "bounds": [[0, 1]] * 8}
sobol("g", unit, 16, Sobol_G.evaluate)

many = {"num_vars": 20, "names": [f"x{i + 1}" for i in range(20)], "bounds": [[0, 1]] * 20}
x = morris_sample.sample(many, 6, num_levels=4, seed=1)
y = morris_function(x)
points("morris", x, y)
found = morris_analysis.analyze(many, x, y, num_levels=4, seed=1)
for statistic in ["mu", "mu_star", "sigma"]:
    result("morris", statistic, found[statistic])

write("salib_results.csv", ["case", "factor", "statistic", "value"], results)
