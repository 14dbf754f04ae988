"""Convex programs in cvxpylayers and qpth: solutions of a batch, and gradients of the sum of <c, x> by its parameters.

cvxpylayers solves with SCS and differentiates by LSQR unless told otherwise; both of its solvers and both ways to the
derivative are tried, and tolerances of 1e-10. qpth knows quadratic programs only. `exact` is the reference
(exact_programs.py). All in float64, one job.
"""
import torch

import exact_programs

CLARABEL_TIGHT = {'solve_method': 'Clarabel', 'tol_gap_abs': 1e-10, 'tol_gap_rel': 1e-10, 'tol_feas': 1e-10}
WAYS = {
    'cvxpylayers, default': {},
    'cvxpylayers, SCS, dense': {'mode': 'dense'},
    'cvxpylayers, Clarabel, LSQR': {'solve_method': 'Clarabel'},
    'cvxpylayers, Clarabel, dense': {'solve_method': 'Clarabel', 'mode': 'dense'},
    'cvxpylayers, SCS 1e-10, LSQR': {'eps': 1e-10, 'max_iters': 100_000},
    'cvxpylayers, Clarabel 1e-10, LSQR': CLARABEL_TIGHT,
    'cvxpylayers, Clarabel 1e-10, dense': {**CLARABEL_TIGHT, 'mode': 'dense'},
}


def contenders(case):
    """name -> how to make a step: [solutions, gradient by y, and by G and h where they are parameters]."""
    made = {name: lambda options=options: cvxpylayers_step(case, options) for name, options in WAYS.items()}
    if case['program']['form'] in ('relu', 'quadratic', 'control'):
        made['qpth'] = lambda: qpth_step(case)
    made['exact'] = lambda: lambda: [torch.tensor(part) for part in exact_programs.solve(case)]
    return made


def tensors(*arrays):
    return [torch.tensor(array, dtype=torch.float64) for array in arrays]


def cvxpylayers_step(case, options):
    from cvxpylayers.torch import CvxpyLayer

    problem, parameters, x, shared = MODELS[case['program']['form']](len(case['y'][0]), case['program'])
    options = {'n_jobs_forward': 1, 'n_jobs_backward': 1, **options}
    layer = CvxpyLayer(problem, parameters=parameters, variables=[x], solver_args=options)
    y, c, *shared = tensors(case['y'], case['c'], *shared)

    def step():
        inputs = [part.detach().requires_grad_() for part in (y, *shared)]
        (solution,) = layer(*inputs)
        gradients = torch.autograd.grad((c * solution).sum(), inputs)
        return [solution, *gradients[:1], *gradients[2:]]  # without that by a root of Q, for which the others have Q

    return step


def relu_model(n, _):
    import cvxpy as cp

    x, y = cp.Variable(n), cp.Parameter(n)
    return cp.Problem(cp.Minimize(cp.sum_squares(x - y)), [x >= 0]), [y], x, []


def quadratic_model(n, program):
    """Q is given by a root R, Q = R^T R: a parameter inside quad_form is against the rules for parameters."""
    import cvxpy as cp
    import numpy as np

    x, y = cp.Variable(n), cp.Parameter(n)
    root = np.linalg.cholesky(np.array(program['Q'])).T
    values = [root, np.array(program['G']), np.array(program['h'])]
    shared = [cp.Parameter(value.shape) for value in values] if program['parameters'] else []
    R, G, h = shared or values
    problem = cp.Problem(cp.Minimize(cp.sum_squares(R @ x) / 2 + y @ x), [G @ x <= h])
    return problem, [y, *shared], x, values if shared else []


def portfolio_model(n, program):
    import cvxpy as cp
    import numpy as np

    x, y = cp.Variable(n), cp.Parameter(n)
    risk = cp.norm(np.array(program['F']) @ x) <= program['sigma']
    return cp.Problem(cp.Maximize(y @ x), [cp.sum(x) == 1, x >= 0, risk]), [y], x, []


def control_model(_, program):
    import cvxpy as cp
    import numpy as np

    A, B, steps = np.array(program['A']), np.array(program['B']), program['steps']
    X, x, start = cp.Variable((steps + 1, 2)), cp.Variable(steps), cp.Parameter(2)
    motion = [X[t + 1] == A @ X[t] + B * x[t] for t in range(steps)]
    cost = cp.sum_squares(X) + 0.1 * cp.sum_squares(x)
    return cp.Problem(cp.Minimize(cost), [X[0] == start, *motion, x <= 1, x >= -1]), [start], x, []


MODELS = {'relu': relu_model, 'quadratic': quadratic_model, 'portfolio': portfolio_model, 'control': control_model}


def qpth_step(case):
    """G and h as parameters are spread over the batch, since qpth gives the mean of their gradients; no check of Q."""
    from qpth.qp import QPFunction

    standard = exact_programs.standard(case)
    names = ('Q', 'G', 'h', 'A', 'q0', 'q1', 'b0', 'b1')
    Q, G, h, A, q0, q1, b0, b1 = tensors(*(getattr(standard, name) for name in names))
    y, c, take = *tensors(case['y'], case['c']), torch.tensor(standard.take)
    parameters = case['program'].get('parameters', False)

    def step():
        inputs = [part.detach().requires_grad_() for part in ((y, G, h) if parameters else (y,))]
        spread = [part.expand(len(y), *part.shape) for part in (inputs[1:] if parameters else (G, h))]
        q, b = q0 + inputs[0] @ q1.T, b0 + inputs[0] @ b1.T
        equalities = (A, b) if len(A) else (torch.empty(0), torch.empty(0))
        solution = QPFunction(verbose=-1, check_Q_spd=False)(Q, q, *spread, *equalities)[:, take]
        return [solution, *torch.autograd.grad((c * solution).sum(), inputs)]

    return step
