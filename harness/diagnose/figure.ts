/** A number in so many digits, with an exponent where it is small or large: `0.284`, `1.88e-6`. */
export function figure(x: number, digits: number): string {
  const rounded = Number(x.toPrecision(digits));
  const isPlain = rounded === 0 || (Math.abs(rounded) >= 1e-4 && Math.abs(rounded) < 1e5);
  return isPlain ? String(rounded) : rounded.toExponential().replace('e+', 'e');
}
