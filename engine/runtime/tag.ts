/** Tag instances (spec 4.2.9). */

import type { TagType } from '../module/module.ts';

export class TagInstance {
  readonly kind = 'tag';
  readonly type: TagType;
  /** The JavaScript object that stands for this tag, made when first asked for. */
  jsObject: object | null = null;

  constructor(type: TagType) {
    this.type = type;
  }
}
