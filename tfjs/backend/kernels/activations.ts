/** Activations that our products apply by themselves, by their number there. */
export const ACTIVATIONS: Readonly<Record<string, number>> = { linear: 0, relu: 1 };
