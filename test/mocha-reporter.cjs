'use strict';
// mocha's own spec reporter; at the end the count goes, as `N passed, N failed`, to the file that MOCHA_COUNT_FILE names.
const { writeFileSync } = require('node:fs');
const { Spec } = require('mocha').reporters;

module.exports = class extends Spec {
  epilogue() {
    super.epilogue();
    const { passes, failures, pending } = this.stats;
    const skipped = pending ? `, ${pending} skipped` : '';
    const file = process.env.MOCHA_COUNT_FILE;
    if (file) writeFileSync(file, `${passes} passed, ${failures} failed${skipped}\n`);
  }
};
