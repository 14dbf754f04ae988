"""Differentiable sorting losses in PyTorch, batched, written to be fast: the yardstick of the benchmark.

P[..., rank, item] ascending, as in ../test/fixtures/relaxations.py, for y of shape (..., n); also usable under torch.func.vmap.
"""
import math
from functools import partial

import torch
from torch.nn import functional as F

SIGMOIDS = {'dsn-logistic': torch.sigmoid, 'dsn-cauchy': lambda v: torch.atan(v) / math.pi + 0.5}


def neuralsort(n, dtype, params):
    weight = torch.arange(1 - n, n, 2, dtype=dtype).unsqueeze(-1)
    temperature = params['temperature']

    def P(y):
        spread = (y.unsqueeze(-1) - y.unsqueeze(-2)).abs().sum(-1)
        return torch.softmax((weight * y.unsqueeze(-2) - spread.unsqueeze(-2)) / temperature, -1)

    return P


def softsort(n, dtype, params):
    temperature = params['temperature']
    return lambda y: torch.softmax((y.sort().values.unsqueeze(-1) - y.unsqueeze(-2)).abs() / -temperature, -1)


def sliced_network(n, dtype, steepness, sigmoid):
    """Odd-even network on strided views: lanes carry their row of P and their value side by side, so a layer mixes both at once."""
    start = torch.eye(n, dtype=dtype)

    def P(y):
        lanes = torch.cat((start.expand(*y.shape, n), y.unsqueeze(-1)), -1)
        for i in (t % 2 for t in range(n)):
            end = i + (n - i) // 2 * 2
            a, b = lanes[..., i:end:2, :], lanes[..., i + 1:end:2, :]
            moved = sigmoid(steepness * (b[..., -1:] - a[..., -1:])) * (a - b)
            mixed = torch.stack((b + moved, a - moved), -2).flatten(-3, -2)
            lanes = torch.cat((lanes[..., :i, :], mixed, lanes[..., end:, :]), -2)
        return lanes[..., :n].clamp(0, 1)  # rounding leaves [0, 1], which binary_cross_entropy refuses

    return P


def matmul_network(n, dtype, steepness, sigmoid):
    """Odd-even network as the papers' package computes it: each layer picks and places lanes by multiplying with 0-1 matrices."""
    layers = []
    for t in range(n):
        early, late = torch.zeros(2, n, n, dtype=dtype)
        weight = torch.ones(n, dtype=dtype)
        pairs = [(i, i + 1) for i in range(t % 2, n - 1, 2)]
        busy = {lane for pair in pairs for lane in pair}
        pairs += [(i, i) for i in range(n) if i not in busy]
        for column, (i, j) in enumerate(pairs):
            early[i, column] = late[j, column] = 1
            weight[column] = 0.5 if i == j else 1
        k = len(pairs)
        layers.append((early[:, :k], late[:, :k], (early * weight).T[:k], (late * weight).T[:k]))

    def P(y):
        x, X = y.unsqueeze(-2), torch.eye(n, dtype=dtype)
        for early, late, place_min, place_max in layers:
            a, b = x @ early, x @ late
            alpha = sigmoid(steepness * (b - a))
            x = (alpha * a + (1 - alpha) * b) @ place_min + ((1 - alpha) * a + alpha * b) @ place_max
            A, B = X @ early, X @ late
            X = (alpha * A + (1 - alpha) * B) @ place_min + ((1 - alpha) * A + alpha * B) @ place_max
        return X.transpose(-1, -2).clamp(0, 1)

    return P


def formulations(name, n, dtype, params):
    """The ways to compute P worth trying, by name."""
    if name == 'neuralsort':
        return {'': neuralsort(n, dtype, params)}
    if name == 'softsort':
        return {'': softsort(n, dtype, params)}
    sigmoid = SIGMOIDS[name]
    return {f.__name__.removesuffix('_network'): f(n, dtype, params['steepness'], sigmoid) for f in (sliced_network, matmul_network)}


def exact_entropy(P, T):
    """What F.binary_cross_entropy is without its guards, of which the epsilon of 1e-12 in the second derivative is felt for small P."""
    return -(T * P.log() + (1 - T) * (1 - P).log()).mean()


def gradient(entropy, P, y, T):
    """(value, gradient), both of the batch mean."""
    y = y.detach().requires_grad_()
    value = entropy(P(y), T)
    return value, torch.autograd.grad(value, y)[0]


def row_passes(entropy, P, y, T):
    """Batch-mean Hessian by one backward pass a row: differentiate sum_i g[i, k] for each k."""
    y = y.detach().requires_grad_()
    value = entropy(P(y), T)
    (g,) = torch.autograd.grad(value, y, create_graph=True)
    rows = [torch.autograd.grad(gk, y, retain_graph=True)[0].sum(0) for gk in g.sum(0).unbind()]
    return value, g, torch.stack(rows)


def batched_rows(entropy, P, y, T):
    """The same n backward passes as one vectorised call."""
    y = y.detach().requires_grad_()
    value = entropy(P(y), T)
    (g,) = torch.autograd.grad(value, y, create_graph=True)
    (rows,) = torch.autograd.grad(g.sum(0), y, torch.eye(y.shape[-1], dtype=y.dtype), is_grads_batched=True)
    return value, g, rows.sum(1)


def functional(outer):
    """Per-sample Hessians by torch.func, vmapped over the batch, then averaged: jacrev(grad), or jacfwd(grad) = hessian."""

    def hessian(entropy, P, y, T):
        def gradient_twice(y, T):
            g, value = torch.func.grad_and_value(lambda y: entropy(P(y), T))(y)
            return g, (g, value)

        H, (g, value) = torch.func.vmap(outer(gradient_twice, has_aux=True))(y, T)
        return value.mean(), g / len(y), H.mean(0)

    return hessian


METHODS = {
    'gradient': {'': gradient},
    'hessian': {
        'row passes': row_passes,
        'is_grads_batched': batched_rows,
        'vmap(jacrev(grad))': functional(torch.func.jacrev),
        'vmap(hessian)': functional(torch.func.jacfwd),
    },
}


def contenders(case):
    """name -> how to make a step, for every precision, formulation and method; a step returns (value, gradient[, Hessian])."""
    rows = torch.tensor(case['ranks']).argsort(-1)  # no ties here
    entropy = exact_entropy if case.get('exact') else F.binary_cross_entropy
    made = {}
    for dtype in (torch.float32, torch.float64):
        y = torch.tensor(case['y'], dtype=dtype)
        T = F.one_hot(rows, y.shape[-1]).to(dtype)
        for form, P in formulations(case['loss'], y.shape[-1], dtype, case['params']).items():
            for method, f in METHODS[case['order']].items():
                name = ' '.join(filter(None, (str(dtype).removeprefix('torch.'), form, method)))
                made[name] = lambda args=(f, entropy, P, y, T): partial(*args)
    return made
