"""Convex layers of PyTorch: solutions x of a batch and the gradient of sum_i <c_i, x_i> by y, in float64, one thread."""
import numpy as np
import torch

THREADS = {'n_jobs_forward': 1, 'n_jobs_backward': 1}


def contenders(case):
    makers = {'cvxpylayers': lambda: cvxpylayer(case)}
    if case['family'] != 'portfolio':
        makers['qpth'] = lambda: qpth(case)
    makers['reference'] = lambda: lambda: reference(case)
    return makers


def cvxpylayer(case):
    from cvxpylayers.torch import CvxpyLayer
    problem, y, x = program(case)
    layer = CvxpyLayer(problem, parameters=[y], variables=[x])
    return step(case, lambda Y: layer(Y, solver_args=THREADS)[0])


def qpth(case):
    from qpth.qp import QPFunction
    n, none = case['n'], torch.Tensor().double()
    solve = QPFunction(verbose=-1, check_Q_spd=False)
    if case['family'] == 'relu':
        Q, G, h, sign = 2 * torch.eye(n).double(), -torch.eye(n).double(), torch.zeros(n).double(), -2
    else:
        Q, G, h, sign = *(torch.tensor(case[key], dtype=torch.double) for key in 'QGh'), 1
    return step(case, lambda Y: solve(Q, sign * Y, G, h, none, none))


def step(case, layer):
    c = torch.tensor(case['c'], dtype=torch.double)

    def run():
        Y = torch.tensor(case['y'], dtype=torch.double, requires_grad=True)
        x = layer(Y)
        (c * x).sum().backward()
        return [x, Y.grad]
    return run


def program(case):
    import cvxpy as cp
    n = case['n']
    x, y = cp.Variable(n), cp.Parameter(n)
    if case['family'] == 'relu':
        return cp.Problem(cp.Minimize(cp.sum_squares(x - y)), [x >= 0]), y, x
    G, h = np.array(case['G']), np.array(case['h'])
    if case['family'] == 'qp':
        return cp.Problem(cp.Minimize(cp.quad_form(x, np.array(case['Q']), assume_PSD=True) / 2 + y @ x), [G @ x <= h]), y, x
    return cp.Problem(cp.Maximize(y @ x), [cp.sum(x) == 1, x >= 0, cp.norm(G @ x) <= h[0]]), y, x


def reference(case):
    """By another way: a solve of each program to 1e-10, then the optimality conditions with what binds there."""
    problem, y, x = program(case)
    solutions, gradients = [], []
    for values, c in zip(case['y'], case['c']):
        y.value = np.array(values)
        accuracy = {key: 1e-10 for key in ('tol_gap_abs', 'tol_gap_rel', 'tol_feas')}
        problem.solve(solver='CLARABEL', **accuracy)
        solutions.append(x.value)
        duals = [constraint.dual_value for constraint in problem.constraints]
        gradients.append(gradient(case, np.array(values), x.value, duals, np.array(c)))
    return [torch.tensor(np.array(values)) for values in (solutions, gradients)]


def gradient(case, y, x, duals, c):
    n, family = case['n'], case['family']
    if family == 'relu':
        return np.where(np.array(duals[0]) > x, 0.0, c)
    G, h = np.array(case['G']), np.array(case['h'])
    if family == 'qp':
        rows, H = G[binding(np.array(case['Q']), G, h, y, x, duals[0])], np.array(case['Q'])
        return -implicit(H, rows, c)
    bound, norm = duals[1] > x, np.linalg.norm(G @ x)
    rows, H = [np.ones(n), *np.eye(n)[bound]], np.zeros((n, n))
    if duals[2] > h[0] - norm:
        slope = G.T @ (G @ x) / norm
        H = duals[2] * (G.T @ G - np.outer(slope, slope)) / norm
        rows.append(slope)
    return implicit(H, np.array(rows), c)


def binding(Q, G, h, y, x, z):
    """The rows that bind: those that seem to, and then whatever their own solution says."""
    on = z > h - G @ x
    for _ in range(10):
        m = on.sum()
        K = np.block([[Q, G[on].T], [G[on], np.zeros((m, m))]])
        exact = np.linalg.solve(K, np.concatenate([-y, h[on]]))
        multipliers = np.zeros(len(h))
        multipliers[on] = exact[len(x):]
        now = np.where(on, multipliers > 0, h - G @ exact[:len(x)] < 0)
        if (now == on).all():
            return on
        on = now
    raise ArithmeticError('no set of rows that bind was found')


def implicit(H, rows, c):
    """The x of [H, rows^T; rows, 0] (x, z) = (c, 0)."""
    n, m = len(c), len(rows)
    K = np.block([[H, rows.T], [rows, np.zeros((m, m))]]) if m else H
    return np.linalg.solve(K, np.concatenate([c, np.zeros(m)]))[:n]
