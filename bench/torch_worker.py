"""PyTorch's side of the benchmark: requests and answers as lines of JSON on stdin and stdout (see worker.ts for the other side).

    { op: 'open', case }                      -> { contenders: names, version }
    { op: 'run', contender }                  -> { result: [[value], gradient, Hessian] }, flattened, of the batch mean;
                                                 of convex programs [solutions, gradients by y, G and h]
    { op: 'time', contender, seconds, clock } -> { ms: [...] }, one entry a step, at least one; clock: 'wall' or 'cpu'
"""
import gc
import json
import sys
import time

import torch

import torch_networks
import torch_paths
import torch_programs
import torch_sorting

CLOCKS = {'wall': time.perf_counter, 'cpu': time.process_time}
KINDS = {
    'sorting': torch_sorting.contenders,
    'network': torch_networks.contenders,
    'path': torch_paths.contenders,
    'convex': torch_programs.contenders,
}


class Worker:
    def open(self, case):
        self.makers, self.steps = KINDS[case['kind']](case), {}
        return {'contenders': list(self.makers), 'version': torch.__version__}

    def step(self, contender):
        if contender not in self.steps:
            self.steps[contender] = self.makers[contender]()
        return self.steps[contender]

    def run(self, contender):
        return {'result': [tensor.detach().double().flatten().tolist() for tensor in self.step(contender)()]}

    def time(self, contender, seconds, clock):
        step, now, ms = self.step(contender), CLOCKS[clock], []
        gc.collect()
        gc.disable()
        end = time.perf_counter() + seconds
        while not ms or time.perf_counter() < end:
            start = now()
            step()
            ms.append(1e3 * (now() - start))
        gc.enable()
        return {'ms': ms}


if __name__ == '__main__':
    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)
    worker = Worker()
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = getattr(worker, request.pop('op'))(**request)
        except Exception as error:  # not every method supports every operator: the other side lists it as such
            answer = {'error': f'{type(error).__name__}: {error}'.splitlines()[0]}
        print(json.dumps(answer), flush=True)
