import type { Batch } from '../batch.js';
import { instantiate, products } from '../kernels/kernels.js';

/** Rows that are summed at a time: two operands of 144 columns stay in the second-level cache. */
const CHUNK = 64;
/** Share of nonzero entries in a chunk of `left` below which they are taken one by one. */
const SPARSE = 0.25;

type Workspace = ReturnType<typeof createWorkspace>;

const workspaces = new Map<number, Workspace>();

/**
 * C = sum_k weights_k (l_k r_k^T + r_k l_k^T) / 2 over the rows of two matrices (R, m), as a full symmetric m x m
 * matrix; `left === right` where they are one. Rows of weight 0 cost nothing. O(R m^2), or where `left` has few nonzero
 * entries O(m) for each of them.
 */
export function symmetricProductSum(weights: Float64Array, left: Batch, right: Batch): Float64Array {
  const m = left.cols;
  const symmetric = left === right;
  const { stride, kernel, C, ...chunk } = workspaceFor(m);
  C.fill(0);
  for (let k = 0; k < left.rows;) {
    let count = 0;
    for (; k < left.rows && count < CHUNK; k++) {
      if (weights[k] === 0) continue;
      copyRow(left, k, chunk.left, count * stride, stride);
      copyRow(right, k, chunk.right, count * stride, stride);
      chunk.weights[count++] = weights[k];
    }
    kernel.scale(count);
    if (!symmetric && nonzeros(chunk.left, count * stride) < SPARSE * count * m) kernel.addSparseProducts(count);
    else kernel.addProducts(count, symmetric);
  }
  kernel.mirror(symmetric);
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

/** The kernel for chunks of rows of that length (core/kernels/assembly/products.ts), and its arrays. */
function createWorkspace(stride: number) {
  const { kernel, float64 } = instantiate(products, ({ allocate }) => allocate(stride, CHUNK));
  return {
    ...{ stride, kernel },
    weights: float64(kernel.weights, CHUNK),
    left: float64(kernel.A, CHUNK * stride),
    right: float64(kernel.B, CHUNK * stride),
    C: float64(kernel.C, stride * stride),
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
