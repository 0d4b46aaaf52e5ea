// The log of one webhook: what is done to many deliveries at once. Resend, replay, export.
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { startReceiver } from '../support/receiver.ts'
import { createWebhook, expectText, useBrowser, useDatabase, type Organization } from './browser.ts'
import { addDeliveries, type DeliveryRow } from './delivery_rows.ts'

const { visit } = useBrowser()
const { sql, addOrganization, addWebhook } = useDatabase()

const rows = (page: Page) => page.locator('[data-delivery]')
const count = (page: Page) => expect.poll(() => rows(page).count(), { timeout: 10_000 })

async function withDeliveries(deliveries: DeliveryRow[], row: Record<string, unknown> = {}): Promise<{ organization: Organization; id: string; path: string; ids: string[] }> {
  const organization = await addOrganization()
  const id = await addWebhook(organization, { name: 'CRM sync', ...row })
  const ids = await addDeliveries(sql, organization, id, deliveries)
  return { organization, id, ids, path: `/settings/webhooks/${id}/deliveries` }
}

describe('resending', () => {
  test('asks about those that were delivered, and queues the rest', async () => {
    const receiver = await startReceiver()
    const organization = await addOrganization()
    const { id } = await createWebhook(organization, { name: 'CRM sync', url: receiver.url })
    const ids = await addDeliveries(sql, organization, id, [{ state: 'failed', minutesAgo: 1 }, { state: 'failed', minutesAgo: 2 }, { minutesAgo: 3 }])
    const page = await visit({ organization, path: `/settings/webhooks/${id}/deliveries` })
    await count(page).toBe(3)
    await page.getByRole('checkbox', { name: 'Select all loaded' }).click()
    await page.getByRole('button', { name: 'Resend 3' }).click()
    const dialog = page.getByRole('alertdialog')
    await dialog.getByText('Resend 2 deliveries?').waitFor()
    await dialog.getByText('1 of the 3 you selected were delivered and will be skipped.').waitFor()
    await dialog.getByRole('checkbox').click()
    await dialog.getByText('Resend 3 deliveries?').waitFor()
    await dialog.getByRole('checkbox').click()
    await dialog.getByRole('button', { name: 'Resend 2' }).click()
    await page.getByText('2 deliveries queued').first().waitFor()
    await receiver.waitForCount(2)
    await expectText(rows(page), /Delivered on resend[\s\S]*Delivered on resend/)
    const [third] = await sql<{ resent_at: Date | null }[]>`select resent_at from webhooks.deliveries where id = ${ids[2]!}`
    expect(third!.resent_at).toBeNull()
    await receiver.close()
  })

  test('is out of reach while the webhook is off, and for members, with the reason', async () => {
    const { organization, path } = await withDeliveries([{ state: 'failed', minutesAgo: 1 }], { is_active: false })
    const page = await visit({ organization, path })
    await page.getByRole('checkbox', { name: /^Select contact/ }).click()
    const resend = page.getByRole('button', { name: 'Resend 1' })
    expect(await resend.getAttribute('aria-disabled')).toBe('true')
    await page.getByText('Turn CRM sync on to resend.').first().waitFor()
    const asMember = await visit({ organization, path, role: 'member' })
    // What one may do can be known after the list is there.
    await expect.poll(() => asMember.getByRole('button', { name: 'Replay failed…' }).getAttribute('aria-disabled')).toBe('true')
    await asMember.getByText(`Only developers and admins can resend. Ask an admin of ${organization.name}.`).first().waitFor({ state: 'attached' })
  })
})

describe('replaying', () => {
  test('counts first, runs as a job that survives a reload, and can be stopped', async () => {
    const receiver = await startReceiver({ answer: { status: 200, delayMs: 1_500 } })
    const organization = await addOrganization()
    const { id } = await createWebhook(organization, { name: 'CRM sync', url: receiver.url, max_concurrency: 1 })
    await addDeliveries(sql, organization, id, Array.from({ length: 30 }, (_, index) => ({ state: 'failed' as const, minutesAgo: index + 1 })))
    const page = await visit({ organization, path: `/settings/webhooks/${id}/deliveries` })
    await page.getByRole('button', { name: 'Replay failed…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('30 deliveries will be sent again, oldest first.').waitFor()
    await dialog.getByRole('button', { name: 'Replay 30 deliveries' }).click()
    await page.getByText(/^Replaying: \d+ of 30 delivered$/).waitFor()
    await page.reload()
    await page.getByText(/^Replaying: [1-9]\d* of 30 delivered$/).waitFor()
    await page.getByRole('button', { name: 'Stop the replay' }).click()
    await page.getByText(/^Replay stopped: \d+ of 30 delivered/).waitFor()
    await receiver.close()
  })

  test('with nothing to replay says so', async () => {
    const { organization, path } = await withDeliveries([{ minutesAgo: 1 }])
    const page = await visit({ organization, path })
    await page.getByRole('button', { name: 'Replay failed…' }).click()
    await page.getByRole('dialog').getByText('Nothing failed in this time.').first().waitFor()
    expect(await page.getByRole('dialog').getByRole('button', { name: 'Replay', exact: true }).getAttribute('aria-disabled')).toBe('true')
  })
})

describe('exports', () => {
  test('a CSV whose cells no spreadsheet runs', async () => {
    const { organization, path } = await withDeliveries([{ event_type: '=cmd()', minutesAgo: 1 }, { event_type: 'a,"b"', minutesAgo: 2 }])
    const page = await visit({ organization, path })
    await count(page).toBe(2)
    await page.getByRole('button', { name: 'Export' }).click()
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: /^CSV of this view/ }).click()])
    const lines = (await readFile(await file.path(), 'utf8')).split('\r\n')
    expect(lines).toHaveLength(4)
    expect(lines[1]).toContain(',succeeded,\'=cmd(),')
    expect(lines[2]).toContain(',"a,""b""",')
    await page.getByText('Exported 2 deliveries').first().waitFor()
  })

  test('JSON has the payloads, and is refused to members', async () => {
    const { organization, path } = await withDeliveries([{ minutesAgo: 1 }])
    const page = await visit({ organization, path })
    await count(page).toBe(1)
    await page.getByRole('button', { name: 'Export' }).click()
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: /^JSON with payloads/ }).click()])
    const [exported] = JSON.parse(await readFile(await file.path(), 'utf8')) as { event: { data: string }; attempts: unknown[] }[]
    expect(JSON.parse(exported!.event.data)).toEqual({ id: '1', first_name: 'Ada' })
    expect(exported!.attempts).toHaveLength(1)
    const asMember = await visit({ organization, path, role: 'member' })
    await asMember.getByRole('button', { name: 'Export' }).click()
    expect(await asMember.getByRole('button', { name: /^JSON with payloads/ }).getAttribute('aria-disabled')).toBe('true')
  })
})

test('a log of nothing but tests has nothing to select', async () => {
  const organization = await addOrganization()
  const id = await addWebhook(organization, { name: 'CRM sync' })
  await addDeliveries(sql, organization, id, [{ is_test: true }, { is_test: true }])
  const page = await visit({ organization, path: `/settings/webhooks/${id}/deliveries?tests=1` })
  const all = page.getByRole('checkbox', { name: 'Select all loaded' })
  await all.waitFor()
  expect(await all.isDisabled()).toBe(true)
  await addDeliveries(sql, organization, id, [{}])
  await expect.poll(() => all.isEnabled(), { timeout: 10_000 }).toBe(true)
})
