export { LEAST_RESAMPLED, RESAMPLES } from './bootstrap.js';
export { holm } from './holm.js';
export { mean, median, quantile, standardDeviation } from './moments.js';
export { pairedDifference, type PairedDifference } from './paired.js';
export { pairedRatio, type PairedRatio } from './paired-ratio.js';
export { detectableEffect, MOST_PAIRS, pairedPower, pairsNeeded } from './power.js';
