"""One training step (forward, sorting loss, backward, Adam) of the benchmark's networks in PyTorch, float32, on a random batch."""
from functools import partial

import torch
from torch import nn
from torch.nn import functional as F

from torch_sorting import formulations

SETS = 100


def digit_mlp(pixels):
    """Images of four digits: pixels -> 32 -> 16 each, concatenated, 64 -> 32 -> 1. x: (images, 4, pixels)."""
    return nn.Sequential(
        nn.Linear(pixels, 32), nn.ReLU(), nn.Linear(32, 16), nn.ReLU(), nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 1)
    )


def paper_cnn():
    """Two 5 x 5 convolutions with pooling, then 64 units. x: (images, 1, 28, 112). ReLU after pooling: the same, and less work."""
    return nn.Sequential(
        nn.Conv2d(1, 32, 5, padding=2), nn.MaxPool2d(2), nn.ReLU(),
        nn.Conv2d(32, 64, 5, padding=2), nn.MaxPool2d(2), nn.ReLU(),
        nn.Flatten(), nn.Linear(64 * 7 * 28, 64), nn.ReLU(), nn.Linear(64, 1),
    )  # fmt: skip


def network(case):
    """The network and a batch for it."""
    n, *shape = case['input']
    if case['model']['name'] == 'digit-mlp':
        return digit_mlp(shape[-1]), pictures(case, SETS * n, *shape)
    height, width, channels = shape
    return paper_cnn(), pictures(case, SETS * n, channels, height, width)


def pictures(case, *shape):
    """Uniform pixels, and as many zeros as there are among those of digits."""
    return torch.rand(*shape) * (torch.rand(*shape) < case['inked'])


def training_step(case, channels_last, adam):
    torch.manual_seed(0)
    model, x = network(case)
    if channels_last:
        model, x = model.to(memory_format=torch.channels_last), x.to(memory_format=torch.channels_last)
    n = case['input'][0]
    T = F.one_hot(torch.rand(SETS, n).argsort(-1), n).float()
    P, *_ = formulations(case['loss'], n, torch.float32, case['params']).values()
    optimizer = torch.optim.Adam(model.parameters(), lr=case['learningRate'], **adam)

    def step():
        optimizer.zero_grad()
        loss = F.binary_cross_entropy(P(model(x).view(SETS, n)), T)
        loss.backward()
        optimizer.step()
        return (loss,)

    return step


def contenders(case):
    """name -> how to make a step, for each memory layout and implementation of Adam."""
    layouts = {'': False, 'channels_last': True} if case['model']['name'] == 'paper-cnn' else {'': False}
    made = {}
    for layout, channels_last in layouts.items():
        for adam in ('fused', 'foreach'):
            name = ' '.join(filter(None, ('float32', layout, f'Adam({adam})')))
            made[name] = partial(training_step, case, channels_last, {adam: True})
    return made
