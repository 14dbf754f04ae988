import { parseArgs } from 'node:util';
import { machineText } from '../machine.js';
import { newtonTable } from './newton-table.js';
import { smoothingTable } from './smoothing-table.js';

const { cpu } = parseArgs({ options: { cpu: { type: 'boolean', default: false } } }).values;
const clock = cpu ? 'cpu' : 'wall';

/** What curvature costs at the size of the shortest-path benchmark: N = 70 samples with m = 144 outputs. */
console.log(`${machineText()}; milliseconds of ${clock} time, median (min)`);
newtonTable(clock);
await smoothingTable(clock);
