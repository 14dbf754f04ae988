/**
 * Where a window goes over pictures x (N, H, W, C) and what it makes of them, y (N, outH, outW, K): as `geometry.ts` of
 * the kernels writes it into memory. Of the windows of a picture, `height` x `width`, the first begins `top` above and
 * `left` of it, and every other is `down` and `right` of the one before.
 */
@unmanaged
export class Geometry {
  H: i32;
  W: i32;
  C: i32;
  height: i32;
  width: i32;
  down: i32;
  right: i32;
  top: i32;
  left: i32;
  outH: i32;
  outW: i32;
  K: i32;

  /** Entries of a patch, what a window sees of a picture. */
  @inline
  get length(): i32 {
    return this.height * this.width * this.C;
  }

  /** Windows of a picture. */
  @inline
  get positions(): i32 {
    return this.outH * this.outW;
  }

  /** Entries of a picture. */
  @inline
  get picture(): i32 {
    return this.H * this.W * this.C;
  }
}
