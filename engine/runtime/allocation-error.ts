import { WizError } from '../isa/errors.ts';

/** A memory or a table cannot be made as large as it must be; a RangeError in the JavaScript API. */
export class AllocationError extends WizError {
  constructor(message: string, cause?: unknown) {
    super(message);
    if (cause !== undefined) this.cause = cause;
  }
}
