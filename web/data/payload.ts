import * as z from 'zod/mini'
import { ask } from './request.ts'

const problem = z.nullable(z.object({
  code: z.string(),
  /** A sentence, with the place. */
  message: z.string(),
  /** How many characters of the transformation end with what is wrong. */
  position: z.nullable(z.number()),
}))

const preview = z.object({
  bodies: z.array(z.object({
    /** Null: the sample of the catalog. */
    event_id: z.nullable(z.string()),
    occurred_at: z.string(),
    before: z.string(),
    after: z.nullable(z.string()),
    problem,
  })),
})
export type PreviewedBody = z.output<typeof preview>['bodies'][number]

/** What shapes a body, as the API has it. */
export type PayloadChoice = { payload: 'full' | 'thin'; included_fields: string[] | null; excluded_fields: string[] | null; transformation: string | null }

/** The bodies of the newest events of a type, without and with the choice. Sends nothing. */
export async function previewBodies(
  input: { organization_id: string; event_type: string; format: string } & PayloadChoice, signal?: AbortSignal,
): Promise<PreviewedBody[]> {
  return (await ask(preview, 'POST', '/preview', input, signal)).bodies
}

const deliveryBody = z.object({ body: z.nullable(z.string()), problem })
export type DeliveryBody = z.output<typeof deliveryBody>

/** The exact body of a delivery, where it is more than the event's own text. */
export function getDeliveryBody(id: string): Promise<DeliveryBody> {
  return ask(deliveryBody, 'GET', `/deliveries/${id}/body`)
}
