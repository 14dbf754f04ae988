import { createRng, type Rng } from '../core/rng.js';
import { type NetworkCase, type SortingCase } from './protocol.js';

/** N. */
export const BATCH = 100;

const temperature = (tau: number): object => ({ temperature: tau });
const network = (steepness: number): object => ({ steepness, network: 'odd-even' });

/** The paper's parameters, which depend on n for one of them. */
const losses: Record<string, (n: number) => object> = {
  neuralsort: () => temperature(1),
  softsort: () => temperature(0.1),
  'dsn-logistic': () => network(10),
  'dsn-cauchy': (n) => network(n === 10 ? 100 : 10),
};

export interface Labelled<C> {
  readonly label: string;
  readonly case: C;
}

/** Standard normal scores and independent rankings. */
export function sortingCases(sizes: readonly number[]): Labelled<SortingCase>[] {
  return sizes.flatMap((n) =>
    Object.entries(losses).flatMap(([loss, params]) =>
      (['gradient', 'hessian'] as const).map((order) => ({
        label: `${order} n=${n} ${loss}`,
        case: { kind: 'sorting' as const, loss, params: params(n), order, ...problem(createRng(n), n) },
      })),
    ),
  );
}

/** The same with scores close enough together that no entry of P is lost to rounding: there both sides must agree. */
export function unsaturated(sorting: SortingCase): SortingCase {
  return { ...sorting, y: sorting.y.map((row) => row.map((y) => 0.2 * y)) };
}

export function networkCases(networks: readonly NetworkCase['network'][]): Labelled<NetworkCase>[] {
  return networks.flatMap((network) =>
    Object.entries(losses)
      .filter(([loss]) => network === 'digit-mlp' || loss === 'softsort')
      .map(([loss, params]) => ({ label: `${network} ${loss}`, case: { kind: 'network' as const, network, loss, params: params(10) } })),
  );
}

function problem(rng: Rng, n: number): { y: number[][]; ranks: number[][] } {
  const rows = <T>(make: () => T): T[] => Array.from({ length: BATCH }, make);
  return {
    y: rows(() => Array.from({ length: n }, () => rng.normal())),
    ranks: rows(() => Array.from(rng.permutation(n))),
  };
}
