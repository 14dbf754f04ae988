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
 * matrix; `left === right` where they are one. Rows of weight 0 cost nothing, nor do those where a `left` that is not
 * `right` has zeros alone. O(R m^2), or where it has few nonzero entries O(m) for each of them.
 */
export function symmetricProductSum(weights: Float64Array, left: Batch, right: Batch): Float64Array {
  const m = left.cols;
  const symmetric = left === right;
  const { stride, kernel, C, ...chunk } = workspaceFor(m);
  C.fill(0);
  for (let k = 0; k < left.rows;) {
    let count = 0;
    let nonzeros = 0;
    for (; k < left.rows && count < CHUNK; k++) {
      if (weights[k] === 0) continue;
      const entries = symmetric ? m : nonzerosOf(left, k);
      if (entries === 0) continue;
      nonzeros += entries;
      copyRow(left, k, chunk.left, count * stride, stride);
      if (!symmetric) copyRow(right, k, chunk.right, count * stride, stride);
      chunk.weights[count++] = weights[k];
    }
    kernel.scale(count, symmetric);
    if (nonzeros < SPARSE * count * m) kernel.addSparseProducts(count);
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

/** How many entries of row k are not 0. */
function nonzerosOf({ data, cols }: Batch, k: number): number {
  let count = 0;
  for (let j = k * cols; j < (k + 1) * cols; j++) count += data[j] === 0 ? 0 : 1;
  return count;
}
