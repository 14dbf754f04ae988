import { sortingCases } from '../cases.js';
import { sortingContenders } from '../our-sorting.js';

/** Does a case so many times, and nothing else: `steps.js 'gradient n=5 softsort' 1000`. */
const [wanted, steps] = process.argv.slice(2);
const { case: problem } = sortingCases([5, 10, 32]).find(({ label }) => label === wanted)!;
const step = await (await sortingContenders(problem)).float64();
for (let k = 0; k < Number(steps); k++) step();
