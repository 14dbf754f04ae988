/** Readers of data files, for Node: IDX as of MNIST, .npy as of NumPy, and MNIST itself. */
export { type ByteArray, readIdx } from './idx.js';
export { type DigitImages, loadMnist, type Mnist } from './mnist.js';
export { type NpyArray, readNpy } from './npy.js';
export { type NpyType } from './npy-header.js';
