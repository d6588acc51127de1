/** Every operation that a served resource brings. What its rules deny to everybody is not among them. */
import { editBatchOperation, readBatchOperation } from './batch-operations.ts'
import {
  createOperation,
  deleteOperation,
  readOperation,
  updateOperation,
} from './item-operations.ts'
import { linkOperations } from './link-operations.ts'
import type { Operation } from './operation.ts'
import { countOperation, searchOperation } from './page-operations.ts'
import type { ServedResource, Services } from './served.ts'

/** The operations of one resource, in the order of the documents. */
export function resourceOperations(
  served: ServedResource,
  services: Services,
): readonly Operation[] {
  const can = served.outline.operations
  const canEdit = can.create || can.update || can.delete
  const made = [
    can.create && createOperation(served, services),
    can.read && readOperation(served, services),
    can.update && updateOperation(served, services),
    can.delete && deleteOperation(served, services),
    can.search && searchOperation(served, services),
    can.search && countOperation(served, services),
    can.read && readBatchOperation(served, services),
    canEdit && editBatchOperation(served, services),
  ]
  return [
    ...made.filter((operation) => operation !== false),
    ...(can.read ? linkOperations(served, services) : []),
  ]
}
