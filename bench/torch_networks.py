"""One training step (forward, SoftSort, binary cross-entropy, backward, Adam) of the benchmark's networks in PyTorch, float32."""
from functools import partial

import torch
from torch import nn
from torch.nn import functional as F

from torch_sorting import softsort

SETS, N_ITEMS = 100, 10


def digit_mlp():
    """Four 7 x 7 digits an image: 49 -> 32 -> 16 each, concatenated, 64 -> 32 -> 1. x: (1000, 4, 49)."""
    return nn.Sequential(
        nn.Linear(49, 32), nn.ReLU(), nn.Linear(32, 16), nn.ReLU(), nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 1)
    )


def paper_cnn():
    """Two 5 x 5 convolutions with pooling, then 64 units. x: (1000, 1, 28, 112)."""
    return nn.Sequential(
        nn.Conv2d(1, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(64 * 7 * 28, 64), nn.ReLU(), nn.Linear(64, 1),
    )  # fmt: skip


NETWORKS = {'digit-mlp': (digit_mlp, (4, 49)), 'paper-cnn': (paper_cnn, (1, 28, 112))}


def training_step(name, channels_last, adam):
    build, shape = NETWORKS[name]
    torch.manual_seed(0)
    model, x = build(), torch.rand(SETS * N_ITEMS, *shape)
    if channels_last:
        model, x = model.to(memory_format=torch.channels_last), x.to(memory_format=torch.channels_last)
    T = F.one_hot(torch.rand(SETS, N_ITEMS).argsort(-1), N_ITEMS).float()
    P = softsort(N_ITEMS, torch.float32, temperature=0.1)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, **adam)

    def step():
        optimizer.zero_grad()
        loss = F.binary_cross_entropy(P(model(x).view(SETS, N_ITEMS)), T)
        loss.backward()
        optimizer.step()
        return (loss,)

    return step


def contenders(case):
    """name -> how to make a step, for each memory layout and implementation of Adam."""
    layouts = {'': False, 'channels_last': True} if case['network'] == 'paper-cnn' else {'': False}
    made = {}
    for layout, channels_last in layouts.items():
        for adam in ('fused', 'foreach'):
            name = ' '.join(filter(None, ('float32', layout, f'Adam({adam})')))
            made[name] = partial(training_step, case['network'], channels_last, {adam: True})
    return made
