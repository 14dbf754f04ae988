import type { Batch } from '../batch.js';
import { instantiateKernels } from '../kernels/kernels.js';

/** Rows that are summed at a time: two operands of 144 columns stay in the second-level cache. */
const CHUNK = 64;
/** Share of nonzero entries in a chunk of `left` below which they are taken one by one. */
const SPARSE = 0.25;

interface Workspace {
  readonly stride: number;
  readonly weights: Float64Array;
  /** (CHUNK, stride) */
  readonly left: Float64Array;
  readonly right: Float64Array;
  /** (stride, stride) */
  readonly C: Float64Array;
  /** right[k] *= weights[k] */
  scale(count: number): void;
  /** C += left^T right; `triangular`: the upper half of it. */
  addProducts(count: number, triangular: boolean): void;
  addSparseProducts(count: number): void;
  mirror(triangular: boolean): void;
}

const workspaces = new Map<number, Workspace>();

/**
 * C = sum_k weights_k (l_k r_k^T + r_k l_k^T) / 2 over the rows of two matrices (R, m), as a full symmetric m x m
 * matrix; `left === right` where they are one. Rows of weight 0 cost nothing. O(R m^2), or where `left` has few nonzero
 * entries O(m) for each of them.
 */
export function symmetricProductSum(weights: Float64Array, left: Batch, right: Batch): Float64Array {
  const m = left.cols;
  const symmetric = left === right;
  const { stride, C, ...chunk } = workspaceFor(m);
  C.fill(0);
  for (let k = 0; k < left.rows;) {
    let count = 0;
    for (; k < left.rows && count < CHUNK; k++) {
      if (weights[k] === 0) continue;
      copyRow(left, k, chunk.left, count * stride, stride);
      copyRow(right, k, chunk.right, count * stride, stride);
      chunk.weights[count++] = weights[k];
    }
    chunk.scale(count);
    if (!symmetric && nonzeros(chunk.left, count * stride) < SPARSE * count * m) chunk.addSparseProducts(count);
    else chunk.addProducts(count, symmetric);
  }
  chunk.mirror(symmetric);
  const out = new Float64Array(m * m);
  for (let a = 0; a < m; a++) out.set(C.subarray(a * stride, a * stride + m), a * m);
  return out;
}

function workspaceFor(m: number): Workspace {
  const stride = Math.ceil(m / 4) * 4;
  let workspace = workspaces.get(stride);
  if (!workspace) workspaces.set(stride, workspace = createWorkspace(stride));
  return workspace;
}

function createWorkspace(stride: number): Workspace {
  const kernels = instantiateKernels(8 * (2 * CHUNK * stride + CHUNK + stride * stride));
  const [weights, left, right] = [
    kernels.float64(CHUNK),
    kernels.float64(CHUNK * stride),
    kernels.float64(CHUNK * stride),
  ];
  const C = kernels.float64(stride * stride);
  const [w, l, r, c] = [weights, left, right, C].map(({ byteOffset }) => byteOffset) as [
    number,
    number,
    number,
    number,
  ];
  return {
    ...{ stride, weights, left, right, C },
    scale: (count) => kernels.scaleRows(r, w, count, stride),
    addProducts: (count, triangular) => kernels.addProducts(l, r, count, stride, Number(triangular), c),
    addSparseProducts: (count) => kernels.addSparseProducts(l, r, count, stride, c),
    mirror: (triangular) => kernels.mirror(c, stride, Number(triangular)),
  };
}

/** Row k, with zeros behind it to `stride`. */
function copyRow({ data, cols }: Batch, k: number, out: Float64Array, to: number, stride: number): void {
  out.set(data.subarray(k * cols, (k + 1) * cols), to);
  if (cols < stride) out.fill(0, to + cols, to + stride);
}

function nonzeros(data: Float64Array, length: number): number {
  let count = 0;
  for (let k = 0; k < length; k++) if (data[k] !== 0) count++;
  return count;
}
