import type { ConeSolution, ProgramData } from './cone-program.js';

/**
 * The z that proves a program infeasible, if `solve` finds one without its objective. What a program in which the
 * objective falls along a ray is asked before it is called unbounded: without a feasible point that says nothing.
 */
export function infeasibility(
  { P, q, A, b }: ProgramData,
  solve: (program: ProgramData) => Pick<ConeSolution, 'status' | 'z'>,
): Float64Array | undefined {
  const { status, z } = solve({
    P: { ...P, value: new Float64Array(P.value.length) },
    q: new Float64Array(q.length),
    A,
    b,
  });
  return status === 'infeasible' ? z : undefined;
}
