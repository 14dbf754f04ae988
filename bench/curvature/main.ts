import { availableParallelism, cpus, loadavg } from 'node:os';
import { newtonTable } from './newton-table.js';
import { smoothingTable } from './smoothing-table.js';

/** What curvature costs at the size of the shortest-path benchmark: N = 70 samples with m = 144 outputs. */
console.log(
  `${cpus()[0]?.model}, ${availableParallelism()} CPUs, load ${
    loadavg()[0].toFixed(1)
  }, Node ${process.version}; milliseconds, median (min)`,
);
newtonTable();
await smoothingTable();
