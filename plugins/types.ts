/** The types of the built-in losses, for `registry.create`. */
declare module '../core/registry.js' {
  interface LossTypes {
    'bellman-ford': typeof import('./bellman-ford.js').default;
    blackbox: typeof import('./blackbox.js').default;
    'convex-layer': typeof import('./convex-layer.js').default;
    'dsn-cauchy': typeof import('./dsn-cauchy.js').default;
    'dsn-gaussian': typeof import('./dsn-gaussian.js').default;
    'dsn-logistic': typeof import('./dsn-logistic.js').default;
    'dsn-logistic-art': typeof import('./dsn-logistic-art.js').default;
    'dsn-optimal': typeof import('./dsn-optimal.js').default;
    'dsn-reciprocal': typeof import('./dsn-reciprocal.js').default;
    'i-mle': typeof import('./i-mle.js').default;
    identity: typeof import('./identity.js').default;
    mse: typeof import('./mse.js').default;
    neuralsort: typeof import('./neuralsort.js').default;
    'optimal-value': typeof import('./optimal-value.js').default;
    'perturbed-fenchel-young': typeof import('./perturbed-fenchel-young.js').default;
    'softmax-cross-entropy': typeof import('./softmax-cross-entropy.js').default;
    softsort: typeof import('./softsort.js').default;
    'spo-plus': typeof import('./spo-plus.js').default;
    'stochastic-smoothing': typeof import('./stochastic-smoothing.js').default;
    'stochastic-smoothing-algorithm': typeof import('./stochastic-smoothing-algorithm.js').default;
  }
}

export {};
