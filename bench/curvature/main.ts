import { machineText } from '../machine.js';
import { newtonTable } from './newton-table.js';
import { smoothingTable } from './smoothing-table.js';

/** What curvature costs at the size of the shortest-path benchmark: N = 70 samples with m = 144 outputs. */
console.log(`${machineText()}; milliseconds, median (min)`);
newtonTable();
await smoothingTable();
