"""Solutions and gradients to rounding, independent of any layer: the optimality conditions of what binds.

A program is put into the form   minimise 1/2 v^T Q v + q^T v   subject to   A v = b, G v <= h, |F v| <= sigma   with
q = q0 + q1 y, b = b0 + b1 y and x = v[take]. Clarabel says which constraints bind (multiplier above slack), corrected
where signs prove it wrong. Then Newton's method on

    Q v + q + A^T nu + G_S^T lambda + rho F^T F v = 0,   A v = b,   G_S v = h_S,   (|F v|^2 - sigma^2) / 2 = 0

with residuals in extended precision; the same symmetric matrix gives the gradient of <c, x>, with refinement.
AssertionError where no active set S was found that has positive multipliers and leaves the other constraints met.
"""
from dataclasses import dataclass, field

import numpy as np

STEPS, CORRECTIONS = 4, 5


@dataclass
class Standard:
    Q: np.ndarray
    q1: np.ndarray
    q0: np.ndarray
    G: np.ndarray
    h: np.ndarray
    A: np.ndarray
    b0: np.ndarray
    b1: np.ndarray
    take: np.ndarray
    F: np.ndarray | None = None
    sigma: float = field(default=0.0)


def standard(case):
    forms = {'relu': relu, 'quadratic': quadratic, 'portfolio': portfolio, 'control': control}
    return forms[case['program']['form']](len(case['y'][0]), case['program'])


def without_equalities(n, Q, q1, G, h):
    return Standard(Q, q1, np.zeros(n), G, h, np.zeros((0, n)), np.zeros(0), np.zeros((0, n)), np.arange(n))


def relu(n, _):
    return without_equalities(n, 2 * np.eye(n), -2 * np.eye(n), -np.eye(n), np.zeros(n))


def quadratic(n, program):
    return without_equalities(n, np.array(program['Q']), np.eye(n), np.array(program['G']), np.array(program['h']))


def portfolio(n, program):
    one = {'A': np.ones((1, n)), 'b0': np.ones(1), 'b1': np.zeros((1, n)), 'take': np.arange(n)}
    risk = {'F': np.array(program['F']), 'sigma': program['sigma']}
    return Standard(np.zeros((n, n)), -np.eye(n), np.zeros(n), -np.eye(n), np.zeros(n), **one, **risk)


def control(_, program):
    """v = (X_0, ..., X_T, x)."""
    transition, push, steps = np.array(program['A']), np.array(program['B']), program['steps']
    states = 2 * (steps + 1)
    n = states + steps
    A = np.zeros((states, n))
    A[:, :states] = np.eye(states)
    for t in range(steps):
        rows = slice(2 * t + 2, 2 * t + 4)
        A[rows, 2 * t:2 * t + 2] = -transition
        A[rows, states + t] = -push
    pick = np.eye(n)[states:]
    b1 = np.eye(states)[:, :2]
    Q = np.diag([2.0] * states + [0.2] * steps)
    limits = np.concatenate([pick, -pick])
    take = np.arange(states, n)
    return Standard(Q, np.zeros((n, 2)), np.zeros(n), limits, np.ones(2 * steps), A, np.zeros(states), b1, take)


def solve(case):
    """[solutions, gradients by y], and where they are parameters the gradients by G and h, summed over the batch."""
    form, of = standard(case), clarabel(standard(case))
    dG, dh = (np.zeros(part.shape, dtype=np.longdouble) for part in (form.G, form.h))
    solutions, gradients = [], []
    for y, c in zip(np.array(case['y']), np.array(case['c'])):
        x, gradient = solve_one(form, of, y, c, dG, dh)
        solutions.append(x)
        gradients.append(gradient)
    shared = [part.astype(float) for part in (dG, dh)] if case['program'].get('parameters') else []
    return [np.array(solutions, dtype=float), np.array(gradients, dtype=float), *shared]


def clarabel(form):
    """(q, b) -> approximate v, nu and multipliers of G, which rows of G bind, rho, and whether the norm binds."""
    import cvxpy as cp

    n, equal = len(form.q0), len(form.b0)
    v, q, b = cp.Variable(n), cp.Parameter(n), cp.Parameter(equal)
    below = form.G @ v <= form.h
    same = [form.A @ v == b] if equal else []
    risk = [cp.SOC(form.sigma, form.F @ v)] if form.F is not None else []
    problem = cp.Problem(cp.Minimize(cp.quad_form(v, cp.psd_wrap(form.Q)) / 2 + q @ v), [below, *same, *risk])

    def approximate(q_value, b_value):
        q.value, b.value = q_value, b_value
        problem.solve(solver='CLARABEL', tol_gap_abs=1e-10, tol_gap_rel=1e-10, tol_feas=1e-10)
        binds = below.dual_value > form.h - form.G @ v.value
        rho = float(np.ravel(risk[0].dual_value[0])[0]) / form.sigma if risk else 0.0
        bent = bool(risk) and rho * form.sigma > form.sigma - np.linalg.norm(form.F @ v.value)
        nu = same[0].dual_value if same else np.zeros(0)
        return v.value, nu, below.dual_value, binds, rho, bent

    return approximate


def solve_one(form, approximate, y, c, dG, dh):
    q, b = form.q0 + form.q1 @ y, form.b0 + form.b1 @ y
    v, nu, multipliers, S, rho, bent = approximate(q, b)
    for _ in range(CORRECTIONS):
        system = Binding(form, q, b, S, bent)
        start = np.concatenate([v, nu, multipliers[S], [rho] if bent else []])
        v, nu, multipliers[S], rho = system.parts(newton(system, start))
        wrong = np.where(S, multipliers <= 0, form.h - form.G @ v < 0)
        if not wrong.any():
            break
        S = S ^ wrong
        multipliers[~S] = 0
    assert not wrong.any() and rho >= 0, 'the constraints that bind were not found'
    right = np.zeros(system.size)
    right[form.take] = c
    dv, dnu, dual, _ = system.parts(solve_refined(system.jacobian(v, rho), right))
    dG[S] -= np.outer(multipliers[S], dv) + np.outer(dual, v)
    dh[S] += dual
    return v[form.take], form.b1.T @ dnu - form.q1.T @ dv


def newton(system, z):
    z = z.astype(np.longdouble)
    for _ in range(STEPS):
        v, _, _, rho = system.parts(z)
        z = z - np.linalg.solve(system.jacobian(v, rho).astype(float), system.residual(z).astype(float))
    return z


def solve_refined(K, right):
    inverse, w = np.linalg.inv(K.astype(float)), np.zeros(len(right), dtype=np.longdouble)
    for _ in range(STEPS):
        w = w + inverse @ (right - K @ w).astype(float)
    return w


class Binding:
    """The optimality conditions of z = (v, nu, lambda_S, rho) where rows S of G bind, and the norm if it is bent."""

    def __init__(self, form, q, b, S, bent):
        self.q, self.b, self.h, self.bent = q, b, form.h[S], bent
        self.Q, self.A, self.G = form.Q, form.A, form.G[S]
        self.M = form.F.T @ form.F if bent else np.zeros_like(form.Q)
        self.level = np.longdouble(form.sigma) ** 2
        self.ends = np.cumsum([len(q), len(b), len(self.h)])
        self.size = self.ends[-1] + bent

    def parts(self, z):
        v, nu, dual, rho = np.split(z, self.ends)
        return v, nu, dual, rho[0] if self.bent else np.longdouble(0)

    def jacobian(self, v, rho):
        norm = [self.M @ v] if self.bent else []
        rows = np.vstack([self.A, self.G, *norm])
        return np.block([[self.Q + rho * self.M, rows.T], [rows, np.zeros((len(rows), len(rows)))]])

    def residual(self, z):
        v, nu, dual, rho = self.parts(z)
        stationary = (self.Q + rho * self.M) @ v + self.q + self.A.T @ nu + self.G.T @ dual
        norm = [(v @ self.M @ v - self.level) / 2] if self.bent else []
        return np.concatenate([stationary, self.A @ v - self.b, self.G @ v - self.h, norm])
