import type { Cone, ConeKind } from './cone.js';
import { exponentialCone } from './exponential.js';
import { nonnegativeCone } from './nonnegative.js';
import { powerCone } from './power.js';
import { secondOrderCone } from './second-order.js';
import { semidefiniteCone } from './semidefinite.js';
import { zeroCone } from './zero.js';

export { type Cone, type ConeKind, sizeOf } from './cone.js';

export function coneOf(cone: ConeKind): Cone {
  switch (cone.kind) {
    case 'zero':
      return zeroCone(cone.size);
    case 'nonnegative':
      return nonnegativeCone(cone.size);
    case 'second-order':
      return secondOrderCone(cone.size);
    case 'semidefinite':
      return semidefiniteCone(cone.order);
    case 'exponential':
      return exponentialCone();
    case 'power':
      return powerCone(cone.alpha);
  }
}
