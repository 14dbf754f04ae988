import { symmetricEigen } from '../linear-algebra/symmetric-eigen.js';
import type { ConeKind } from './cones/index.js';
import { sizeOf } from './cones/index.js';
import { exponential } from './cones/exponential.js';
import { powerBarrier } from './cones/power.js';
import { unpack } from './cones/semidefinite.js';
import type { Barrier } from './cones/barrier.js';

/**
 * F(s), the sum of the barriers of the cones at a point (s, z) of the central path at mu, where s = -mu grad F*(z):
 * -log s of half-lines, -1/2 log(t^2 - |u|^2) of second-order cones, -log det of semidefinite ones; of those of three
 * dimensions -3 - F*(z / mu).
 */
export function barrierValue(cones: readonly ConeKind[], s: Float64Array, z: Float64Array, mu: number): number {
  let [sum, from] = [0, 0];
  for (const cone of cones) {
    const to = from + sizeOf(cone);
    sum += ofCone(cone, s.subarray(from, to), z.subarray(from, to), mu);
    from = to;
  }
  return sum;
}

function ofCone(cone: ConeKind, s: Float64Array, z: Float64Array, mu: number): number {
  switch (cone.kind) {
    case 'zero':
      return 0;
    case 'nonnegative':
      return -s.reduce((sum, value) => sum + Math.log(value), 0);
    case 'second-order': {
      const length = Math.sqrt(s.subarray(1).reduce((sum, value) => sum + value * value, 0));
      return -Math.log((s[0] - length) * (s[0] + length)) / 2;
    }
    case 'semidefinite': {
      const M = new Float64Array(cone.order ** 2);
      unpack(s, M, cone.order);
      return -symmetricEigen(M, cone.order).values.reduce((sum, value) => sum + Math.log(value), 0);
    }
    case 'exponential':
      return ofConjugate(exponential, z, mu);
    case 'power':
      return ofConjugate(powerBarrier(cone.alpha), z, mu);
  }
}

function ofConjugate({ logs, psi }: Barrier, z: Float64Array, mu: number): number {
  const conjugate = logs.reduce<number>(
    (sum, weight, i) => (weight === 0 ? sum : sum - weight * Math.log(Math.abs(z[i]))),
    -Math.log(psi(z, new Float64Array(3), new Float64Array(9))),
  );
  return -3 - conjugate - 3 * Math.log(mu);
}
