"""Relaxed Bellman-Ford in PyTorch, batched: the yardstick of the benchmark.

The operations are those of AlgoVision's example (examples/shortest_path.py), without its interpreter of programs: distances padded with 1e12, the
eight neighbours stacked, a softmin, and the walk back along the last weights. Stacked along the last dimension, as there, or the first, which is
faster; in float32 and float64, on one thread and on all.
"""
import os

import torch
from torch.nn import functional as F

DIRECTIONS = [(a, b) for a in (-1, 0, 1) for b in (-1, 0, 1) if (a, b) != (0, 0)]
INFINITY = 1e12
THREADS = {'one thread': 1, 'all threads': os.cpu_count()}


def soft_path(cost, loop, iterations, beta, dim):
    """The path of costs (N, rows, columns), probabilistic conorm; neighbours are stacked along `dim`."""
    rows, columns = cost.shape[1:]

    def around(padded):
        return [padded[:, 1 + a:1 + a + rows, 1 + b:1 + b + columns] for a, b in DIRECTIONS]

    elsewhere = torch.ones(rows, columns, dtype=cost.dtype)
    elsewhere[0, 0] = 0
    d = torch.full((len(cost), rows + 2, columns + 2), INFINITY, dtype=cost.dtype)
    d[:, 1, 1] = 0
    for _ in range(iterations):
        u = torch.stack(around(d), dim)
        pi = torch.softmax(-beta * u, dim)
        d = F.pad(((pi * u).sum(dim) + cost) * elsewhere, (1, 1, 1, 1), value=INFINITY)

    trace = torch.zeros_like(cost)
    trace[:, -1, -1] = 1
    path = torch.zeros_like(cost)
    weights = [F.pad(w, (1, 1, 1, 1)) for w in pi.unbind(dim)]

    def step(path, trace):
        padded = F.pad(trace, (1, 1, 1, 1))
        moved = [(padded * w)[:, 1 - a:1 - a + rows, 1 - b:1 - b + columns] for w, (a, b) in zip(weights, DIRECTIONS)]
        return path + trace - path * trace, sum(moved)

    if loop == 'for':
        for _ in range(iterations):
            path, trace = step(path, trace)
        return path
    goes_on = torch.sigmoid(beta * (1 - path[:, 0, 0]))
    expected = (1 - goes_on)[:, None, None] * path
    for _ in range(iterations):
        if goes_on.max() <= 1e-5:
            break
        path, trace = step(path, trace)
        still = goes_on * torch.sigmoid(beta * (1 - path[:, 0, 0]))
        expected = expected + (goes_on - still)[:, None, None] * path
        goes_on = still
    return expected + goes_on[:, None, None] * path


def contenders(case):
    """name -> how to make a step; a step returns (value, gradient) of the batch mean."""
    params = case['params']
    shape = (-1, params['rows'], params['columns'])
    made = {}
    for dtype in (torch.float32, torch.float64):
        y = torch.tensor(case['y'], dtype=dtype).reshape(shape)
        t = torch.tensor(case['targets'], dtype=dtype).reshape(shape)
        for form, dim in {'stacked first': 0, 'stacked last': -1}.items():
            for threads, count in THREADS.items():

                def step(y=y, t=t, dim=dim, count=count):
                    torch.set_num_threads(count)
                    cost = y.detach().requires_grad_()
                    value = ((soft_path(cost, params['loop'], params['iterations'], 10, dim) - t) ** 2).mean()
                    return value, torch.autograd.grad(value, cost)[0]

                made[f"{str(dtype).removeprefix('torch.')} {form}, {threads}"] = lambda step=step: step
    return made
