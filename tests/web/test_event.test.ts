import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { createWebhook, expectText, useBrowser, useDatabase } from './browser.ts'
import { startReceiver, type Answer } from '../support/receiver.ts'

const { visit } = useBrowser()
const { sql, addOrganization } = useDatabase()

const dialog = (page: Page) => page.getByRole('dialog')
const result = (page: Page) => dialog(page).getByRole('status', { name: 'Result' })

async function openTest(url: string, settings: Record<string, unknown> = {}, expectFailedRequests = false): Promise<{ page: Page; id: string }> {
  const organization = await addOrganization()
  const { id } = await createWebhook(organization, { name: 'CRM sync', url, ...settings })
  const page = await visit({ organization, path: `/settings/webhooks?panel=test&hook=${id}`, expectFailedRequests })
  await dialog(page).getByRole('button', { name: 'Send test event' }).waitFor()
  return { page, id }
}

const send = (page: Page) => dialog(page).getByRole('button', { name: 'Send test event' }).click()
const failuresOf = async (id: string) => (await sql<{ consecutive_failures: number }[]>`select consecutive_failures from public.webhook_configurations where id = ${id}`)[0]?.consecutive_failures

describe('says what came back, and what it means', () => {
  const cases: [name: string, answer: Answer, verdict: string | RegExp, cause: string | RegExp][] = [
    ['200', { status: 200, body: '{"ok":true}' }, /200 OK in/, 'Your server accepted the event.'],
    ['401', { status: 401, body: '{"error":"invalid signature"}' }, '401 Unauthorized in', 'Compare the signing secret, and use the raw body.'],
    ['500', 500, '500 Internal Server Error in', 'Your server had an error (500).'],
    ['410', 410, '410 Gone in', 'Your server says this address is gone (410).'],
    ['redirect', { status: 302, headers: { location: 'https://example.com/new' } }, '302 Found in', 'Use the final address: https://example.com/new.'],
    ['timeout', 'hang', 'No answer after', 'Your server didn’t answer within 1 s.'],
    ['reset', 'reset', 'No answer after', 'The answer broke off.'],
  ]
  test.each(cases)('%s', async (_, answer, verdict, cause) => {
    const receiver = await startReceiver({ answer })
    try {
      const { page, id } = await openTest(`${receiver.url}/hook`, { timeout_ms: 1_000 })
      await send(page)
      await expectText(result(page), verdict)
      await expectText(result(page), cause)
      expect(receiver.requests).toHaveLength(1)
      expect(await failuresOf(id), 'a test counts towards nothing').toBe(0)
    } finally {
      await receiver.close()
    }
  })

  test('a host that does not exist', async () => {
    const { page } = await openTest('https://no-such-host.invalid/hook')
    await send(page)
    await expectText(result(page), 'no-such-host.invalid wasn’t found.')
    await expectText(result(page), 'Check the address for typing mistakes.')
  })
})

test('waiting can be stopped', async () => {
  const receiver = await startReceiver({ answer: 'hang' })
  try {
    const { page } = await openTest(`${receiver.url}/hook`, { timeout_ms: 10_000 }, true)
    await send(page)
    await receiver.waitForCount(1)
    await dialog(page).getByRole('button', { name: /Sending… \d s/ }).waitFor()
    await dialog(page).getByRole('button', { name: 'Stop waiting' }).click()
    await expectText(result(page), 'You stopped waiting. The delivery log will have the answer.')
  } finally {
    await receiver.close()
  }
})

test('the body can be edited; a mistake in it is found before it is sent', async () => {
  const receiver = await startReceiver()
  try {
    const { page } = await openTest(`${receiver.url}/hook`)
    await dialog(page).getByRole('radio', { name: 'Edit' }).click()
    const payload = dialog(page).getByLabel('Payload as JSON')
    await payload.fill('{\n  "a": 1\n  "b": 2\n}')
    await expectText(dialog(page), 'Line 3: expected a comma')
    await dialog(page).getByRole('button', { name: 'Send test event' }).click({ force: true }) // focusable, with the reason, but it sends nothing
    await payload.fill('[1]')
    await expectText(dialog(page), 'The payload is a JSON object: it begins with a brace.')
    await payload.fill('{"a": 1}')
    // What was typed stays, whatever else is looked at meanwhile.
    await dialog(page).getByLabel('Event', { exact: true }).selectOption('deal.created')
    await dialog(page).getByRole('radio', { name: 'Sample' }).click()
    await expectText(dialog(page), '"title":')
    await dialog(page).getByRole('radio', { name: 'Edit' }).click()
    expect(await payload.inputValue()).toBe('{"a": 1}')
    await dialog(page).getByLabel('Event', { exact: true }).selectOption('contact.created')
    await send(page)
    await expectText(result(page), '200 OK')
    expect(receiver.requests).toHaveLength(1)
    expect(JSON.parse(receiver.requests[0]!.body)).toMatchObject({ event: 'contact.created', data: { a: 1 } })
  } finally {
    await receiver.close()
  }
})

test('what is shown of webhook.test is what is sent: it names this webhook, also where it is edited', async () => {
  const receiver = await startReceiver()
  try {
    const { page, id } = await openTest(`${receiver.url}/hook`)
    await dialog(page).getByLabel('Event', { exact: true }).selectOption('webhook.test')
    await expectText(dialog(page), `"webhook_id": "${id}"`)
    await dialog(page).getByRole('radio', { name: 'Edit' }).click()
    const shown = JSON.parse(await dialog(page).getByLabel('Payload as JSON').inputValue()) as Record<string, unknown>
    expect(shown).toMatchObject({ webhook_id: id })
    await dialog(page).getByRole('radio', { name: 'Sample' }).click()
    await send(page)
    await expectText(result(page), '200 OK')
    expect(JSON.parse(receiver.requests[0]!.body)).toMatchObject({ event: 'webhook.test', data: shown })
  } finally {
    await receiver.close()
  }
})

test('events the webhook listens to come first; secrets in the request are masked', async () => {
  const receiver = await startReceiver()
  try {
    const { page } = await openTest(`${receiver.url}/hook`, { events: ['deal.created'], headers: { 'X-Api-Key': 'very-secret' } })
    const groups = await dialog(page).getByLabel('Event', { exact: true }).locator('optgroup').evaluateAll((all) => all.map((each) => (each as HTMLOptGroupElement).label))
    expect(groups).toEqual(['This webhook listens to', 'Other events'])
    await send(page)
    await expectText(result(page), '200 OK')
    await result(page).getByText('Request that was sent').click()
    await expectText(result(page), 'webhook-signature')
    expect(await result(page).innerText()).not.toContain('very-secret')
    expect(receiver.requests[0]!.headers['x-api-key']).toBe('very-secret')
    await dialog(page).getByRole('link', { name: 'View delivery' }).waitFor()
  } finally {
    await receiver.close()
  }
})

test('a good answer to a webhook that is off offers to turn it on', async () => {
  const receiver = await startReceiver()
  try {
    const { page, id } = await openTest(`${receiver.url}/hook`, { is_active: false })
    await expectText(dialog(page), 'CRM sync is off. The test is sent anyway.')
    await send(page)
    await dialog(page).getByRole('button', { name: 'Turn on' }).click()
    await expect.poll(async () => (await sql`select is_active from public.webhook_configurations where id = ${id}`)[0]!.is_active).toBe(true)
  } finally {
    await receiver.close()
  }
})

test('a hostile answer is text', async () => {
  const receiver = await startReceiver({ answer: { status: 500, headers: { 'content-type': 'text/html', 'x-evil': '<img src=x onerror=alert(1)>' }, body: '<img src=x onerror=alert(1)><script>alert(1)</script>' } })
  try {
    const { page } = await openTest(`${receiver.url}/hook`)
    await send(page)
    await expectText(result(page), '<img src=x onerror=alert(1)><script>alert(1)</script>')
    await result(page).getByText('Response headers').click()
    expect(await page.locator('[role=dialog] img').count()).toBe(0)
  } finally {
    await receiver.close()
  }
})

test('eleven tests in a minute are one too many, and the page says when to go on', async () => {
  const receiver = await startReceiver()
  try {
    const { page, id } = await openTest(`${receiver.url}/hook`, {}, true)
    for (let sent = 1; sent <= 10; sent++) {
      await dialog(page).getByRole('button', { name: /Send test event|Send again/ }).click()
      await receiver.waitForCount(sent)
      await dialog(page).getByRole('button', { name: 'Send again' }).waitFor()
    }
    await dialog(page).getByRole('button', { name: 'Send again' }).click()
    await expectText(result(page), /You’ve sent 10 tests in a minute\. Try again in \d+ s\./)
    expect(await failuresOf(id)).toBe(0)
  } finally {
    await receiver.close()
  }
})
