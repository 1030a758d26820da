"""Reference values for the statistics, from SciPy, statsmodels and NumPy: python reference.py > reference.json"""

import json

import numpy as np
import pandas
import scipy
import statsmodels
from scipy import stats
from scipy.special import gammaln
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

random = np.random.default_rng(20260102)


def crossed(right_a, right_b):
    """Standard error (never less than that over rows alone) and Satterthwaite degrees of the mean difference, from
    the two-way tables of variance."""
    n = right_a.shape[1]
    differences = right_a.mean(0) - right_b.mean(0)
    of_rows = differences.var(ddof=1) / n
    variance, shares = of_rows, of_rows**2 / (n - 1)
    for right in (right_a, right_b):
        seeds = right.shape[0]
        if seeds == 1:
            continue
        frame = pandas.DataFrame(
            [(s, r, int(right[s, r])) for s in range(seeds) for r in range(n)], columns=["seed", "row", "y"]
        )
        table = anova_lm(ols("y ~ C(seed) + C(row)", frame).fit())
        between, residual = (table.loc[name, "mean_sq"] / (n * seeds) for name in ("C(seed)", "Residual"))
        variance += between - residual
        shares += between**2 / (seeds - 1) + residual**2 / ((seeds - 1) * (n - 1))
    return {
        "a": right_a.tolist(),
        "b": right_b.tolist(),
        "mean": differences.mean(),
        "standardError": np.sqrt(max(variance, of_rows)),
        "degrees": max(variance, of_rows) ** 2 / shares,
    }


def paired_quantiles(gained, lost, n):
    """Quantiles of the bootstrap distribution of (gained - lost) / n itself, summed over all outcomes of the
    multinomial draw."""
    size = np.arange(n + 1)
    log_p = np.log(np.array([gained, lost, n - gained - lost]) / n)
    g, l = np.meshgrid(size, size, indexing="ij")
    rest = n - g - l
    inside = rest >= 0
    log_mass = (
        gammaln(n + 1)
        - gammaln(g + 1)
        - gammaln(l + 1)
        - gammaln(np.where(inside, rest, 0) + 1)
        + g * log_p[0]
        + l * log_p[1]
        + rest * log_p[2]
    )
    mass = np.zeros(2 * n + 1)
    np.add.at(mass, (g - l + n)[inside], np.exp(log_mass[inside]))
    cumulative = mass.cumsum()
    return [(np.searchsorted(cumulative, p) - n) / n for p in (0.025, 0.975)]


def macro_f1(expected, predicted):
    labels = sorted(set(expected) | set(predicted))
    scores = [
        2 * np.sum((expected == k) & (predicted == k)) / (np.sum(expected == k) + np.sum(predicted == k))
        for k in labels
    ]
    return float(np.mean(scores))


def f1_case(n, labels, skill):
    expected = random.integers(0, labels, n)
    predicted = np.where(random.random(n) < skill, expected, random.integers(0, labels, n))
    draws = random.integers(0, n, (20000, n))
    scores = [macro_f1(expected[d], predicted[d]) for d in draws]
    return {
        "labels": labels,
        "expected": expected.tolist(),
        "predicted": predicted.tolist(),
        "mean": macro_f1(expected, predicted),
        "low": np.quantile(scores, 0.025),
        "high": np.quantile(scores, 0.975),
        "deviation": np.std(scores),
    }


def calibration_case(n):
    p = random.beta(4, 2, n).round(4)
    right = (random.random(n) < p**1.5).astype(int)
    bins = np.digitize(p, np.linspace(0, 1, 11), right=True) - 1
    error = sum(
        np.sum(bins == k) / n * abs(p[bins == k].mean() - right[bins == k].mean())
        for k in range(10)
        if np.any(bins == k)
    )
    return {
        "probabilities": p.tolist(),
        "right": right.tolist(),
        "error": error,
        "counts": [int(np.sum(bins == k)) for k in range(10)],
    }


def seeds_case(seeds_a, seeds_b, n):
    ease = random.normal(0, 1, n)
    right = lambda seeds, skill: (
        ease + random.normal(skill, 0.5, (seeds, 1)) + random.normal(0, 1, (seeds, n)) > 0
    ).astype(int)
    return crossed(right(seeds_a, 0.8), right(seeds_b, 0.2))


json.dump(
    {
        "from": f"SciPy {scipy.__version__}, statsmodels {statsmodels.__version__}, NumPy {np.__version__}",
        "student": [
            [t, v, 2 * stats.t.sf(t, v)]
            for t, v in [(1, 1), (2.5, 2.3), (0.3, 7), (12, 4), (3, 1e5), (40, 2), (0.01, 1.5)]
        ],
        "studentQuantile": [
            [c, v, stats.t.ppf((1 + c) / 2, v)]
            for c, v in [(0.95, 1), (0.95, 2), (0.95, 4.7), (0.9, 11), (0.99, 3), (0.95, 1e6)]
        ],
        "wilson": [
            [k, n, c, *proportion_confint(k, n, 1 - c, "wilson")]
            for k, n, c in [
                (0, 10, 0.95),
                (10, 10, 0.95),
                (45, 60, 0.95),
                (1, 3, 0.95),
                (873, 1000, 0.99),
                (5, 8, 0.9),
                (50000, 100000, 0.95),
            ]
        ],
        "mcnemar": [
            [b, c, mcnemar([[1, b], [c, 1]], exact=True).pvalue]
            for b, c in [
                (0, 0),
                (1, 0),
                (5, 0),
                (8, 2),
                (3, 12),
                (25, 25),
                (26, 25),
                (1000, 900),
                (40, 0),
                (2000, 1500),
            ]
        ],
        "holm": [
            [p, multipletests(p, method="holm")[1].tolist()]
            for p in [[0.01, 0.04, 0.03, 0.005], [0.2, 0.9, 0.5], [0.02, 0.02, 0.02], [0.001]]
        ],
        "paired": [[g, l, n, *paired_quantiles(g, l, n)] for g, l, n in [(30, 10, 100), (5, 9, 40), (120, 80, 1000)]],
        "macroF1": [f1_case(60, 3, 0.6), f1_case(150, 5, 0.4)],
        "calibration": calibration_case(120),
        "seeds": [seeds_case(3, 1, 20), seeds_case(4, 3, 25), seeds_case(2, 2, 15)],
    },
    fp := open(1, "w"),
    allow_nan=False,
)
fp.write("\n")
