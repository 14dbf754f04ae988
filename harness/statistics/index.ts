export { holm } from './holm.js';
export { mean, median, standardDeviation } from './moments.js';
export { pairedDifference, type PairedDifference } from './paired.js';
export { detectableEffect, pairedPower, pairsNeeded } from './power.js';
