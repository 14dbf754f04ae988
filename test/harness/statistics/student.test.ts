import { expect } from 'chai';
import { noncentralStudentTail, studentCdf, studentP, studentQuantile } from '../../../harness/statistics/student.js';

describe("Student's t", () => {
  it('gives the quantiles of the printed t tables', () => {
    const table: [p: number, degrees: number, t: number][] = [
      [0.975, 1, 12.7062],
      [0.975, 2, 4.3027],
      [0.975, 3, 3.1824],
      [0.975, 4, 2.7764],
      [0.975, 9, 2.2622],
      [0.975, 30, 2.0423],
      [0.95, 5, 2.015],
      [0.995, 7, 3.4995],
      [0.9995, 1, 636.6192],
      [0.9, 10, 1.3722],
      [0.995, 120, 2.6174],
      [0.75, 2, 0.8165],
    ];
    for (const [p, degrees, t] of table) {
      expect(studentQuantile(p, degrees), `p ${p}, ${degrees} degrees`).to.be.closeTo(t, 5.1e-5);
      expect(studentQuantile(1 - p, degrees)).to.be.closeTo(-t, 5.1e-5);
    }
    expect(studentQuantile(0.5, 4)).to.equal(0);
  });

  it('has the closed forms of 1, 2 and 4 degrees, and inverts to rounding', () => {
    for (const t of [-30, -1.5, 0, 0.1, 2, 8]) {
      expect(studentCdf(t, 1)).to.be.closeTo(0.5 + Math.atan(t) / Math.PI, 1e-15);
      expect(studentCdf(t, 2)).to.be.closeTo(0.5 + t / (2 * Math.sqrt(2 + t * t)), 1e-15);
      expect(studentCdf(t, 4)).to.be.closeTo(
        0.5 + (3 / 8) * (t / Math.sqrt(1 + t * t / 4)) * (1 - t * t / (12 + 3 * t * t)),
        1e-15,
      );
    }
    for (const degrees of [1, 2, 3, 8, 25]) {
      for (const p of [0.001, 0.2, 0.7, 0.99]) {
        expect(studentCdf(studentQuantile(p, degrees), degrees)).to.be.closeTo(p, 1e-14);
      }
    }
  });

  it('refuses what has no quantile', () => {
    expect(() => studentQuantile(1, 3)).to.throw(RangeError);
    expect(() => studentQuantile(0.9, 0)).to.throw(RangeError);
  });

  it('is the noncentral one at 0, which nears 1 and 0 far off', () => {
    for (const degrees of [1, 2, 7, 400]) {
      for (const t of [0.1, 2, 30]) {
        expect(2 * noncentralStudentTail(t, degrees, 0)).to.be.closeTo(studentP(t, degrees), 1e-12);
      }
      expect(noncentralStudentTail(3, degrees, 1e9)).to.equal(1);
      expect(noncentralStudentTail(3, degrees, -50)).to.be.within(0, 1e-12);
    }
  });
});
