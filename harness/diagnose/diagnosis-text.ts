import { percent } from '../report/format.js';
import { columns } from '../terminal/output.js';
import type { AtSpread, Diagnosis } from './diagnosis.js';
import { figure } from './figure.js';
import type { Spectrum } from './spectrum.js';

/** A diagnosis for the terminal: what was found at each spread, the spectra as sampled, the verdict, the settings. */
export function diagnosisText(diagnosis: Diagnosis): string {
  const { loss, params, outputs, samples, seed, spreads, verdict, newton } = diagnosis;
  const usual = spreads.find(({ spread }) => spread === 1)!;
  const spectra = Object.entries(usual.spectra);
  return [
    `${loss} ${JSON.stringify(params)}, ${outputs} outputs, ${samples} samples, seed ${seed}`,
    table([SPREAD_HEADS, ...spreadRows(diagnosis)]),
    ...(spectra.length === 0 ? [] : [table([SPECTRUM_HEADS, ...spectra.map(spectrumCells)])]),
    [verdict.summary, ...verdict.reasons.map((reason) => `- ${reason}`)].join('\n'),
    `"newton": ${JSON.stringify(newton)}`,
  ].join('\n\n');
}

const SPREAD_HEADS = [
  'SPREAD',
  'ABOVE CHORD',
  '|g| MEDIAN',
  '|g| LARGEST',
  'VANISHING',
  'H LEAST',
  'H LARGEST',
  'STEP LEAVES',
  'NEWTON STEP',
];

function spreadRows({ spreads, undefinedAt }: Diagnosis): string[][] {
  const rows = [...spreads.map(spreadCells), ...undefinedAt.map(undefinedCells)];
  return rows.sort(([a], [b]) => Number(a) - Number(b));
}

function spreadCells({ spread, convexity, gradients, spectra, gradientStep, newtonStep }: AtSpread): string[] {
  return [
    String(spread),
    share(convexity.above, convexity.segments),
    digits(gradients.median),
    digits(gradients.largest),
    share(gradients.vanishing, gradients.wrong),
    digits(spectra.hessian?.least),
    digits(spectra.hessian?.largest),
    share(gradientStep.left),
    share(newtonStep?.left),
  ];
}

function undefinedCells(spread: number): string[] {
  return [String(spread), 'not finite', ...SPREAD_HEADS.slice(2).map(() => '')];
}

const SPECTRUM_HEADS = ['MEAN MATRIX', 'LEAST', 'MEDIAN', 'LARGEST', 'ZERO', 'CONDITION', 'INDEFINITE SAMPLES'];

function spectrumCells([name, spectrum]: readonly [string, Spectrum]): string[] {
  const { least, median, largest, zero, condition, samples, negative } = spectrum;
  return [
    name,
    digits(least),
    digits(median),
    digits(largest),
    String(zero),
    digits(condition),
    share(negative, samples),
  ];
}

function table(rows: readonly (readonly string[])[]): string {
  return columns(rows).join('\n');
}

/** A dash for nothing. */
function digits(value: number | undefined): string {
  return value === undefined ? '-' : figure(value, 3);
}

/** A share in percent, a dash of nothing. */
function share(part: number | undefined, whole = 1): string {
  return part === undefined || whole === 0 ? '-' : `${percent(part / whole)}%`;
}
