// What `npm start` is told by the environment, and how it says that it was told wrong: before anything is started.
import { expect, test } from 'vitest'
import { Foreseen } from '../../local/foreseen.ts'
import { readSettings } from '../../local/settings.ts'

test('without a word: loopback may be reached, and the web app is the one for development', () => {
  expect(readSettings({}, [])).toMatchObject({ web: 'dev', allowPrivate: '127.0.0.1/32,::1/128', allowPrivateWasChosen: false, demo: true, reset: false })
  expect(readSettings({ TABLEHOOK_ALLOW_PRIVATE: '' }, [])).toMatchObject({ allowPrivate: '', allowPrivateWasChosen: true })
})

test.each<[Record<string, string>, string[], RegExp]>([
  [{ TABLEHOOK_ALLOW_PRIVATE: 'localhost' }, [], /^TABLEHOOK_ALLOW_PRIVATE: "localhost" is not a range of addresses\. Write for example 127\.0\.0\.1\/32/],
  [{ TABLEHOOK_ALLOW_PRIVATE: '127.0.0.1' }, [], /^TABLEHOOK_ALLOW_PRIVATE: "127\.0\.0\.1" is not a range/],
  [{ TABLEHOOK_WEB: 'prod' }, [], /^TABLEHOOK_WEB is "prod"/],
  [{ TABLEHOOK_PORT: '80' }, [], /^TABLEHOOK_PORT is "80"/],
  [{}, ['--rest'], /^Unknown argument --rest\./],
])('%j %j is refused with a sentence', (env, args, said) => {
  expect(() => readSettings(env, args)).toThrow(Foreseen)
  expect(() => readSettings(env, args)).toThrow(said)
})
