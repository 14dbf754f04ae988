import { parentPort, workerData } from 'node:worker_threads';
import { instancesOn, partialKernels } from '../../tfjs/backend/kernels/heap.js';
import { help } from '../../tfjs/backend/kernels/threads.js';
import type { HelperData } from './kernel-threads.js';

const { memory, board, helper } = workerData as HelperData;
const kernels = partialKernels(instancesOn(memory as WebAssembly.Memory));
parentPort!.postMessage('ready');
help(board, kernels, helper);
