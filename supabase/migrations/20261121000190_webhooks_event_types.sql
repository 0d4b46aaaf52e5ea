-- Webhooks: the event types about webhooks themselves.
-- Generated from functions/core/event_types.ts by `npm run gen:catalog`: change it there.
-- An installed database gets a changed catalog by a new migration with the same statement; it may run any number of times.

insert into public.webhook_event_types (name, category, direction, description, source, version, schema, sample) values
  ('webhook.test', 'webhook', 'outbound', 'Someone pressed Send test.', 'tablehook', 1,
   '{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{"webhook_id":{"type":"string","format":"uuid"},"message":{"type":"string"}},"required":["webhook_id","message"],"additionalProperties":{}}',
   '{"data":{"webhook_id":"9b2d7c54-1e0a-4b8f-8d27-5c1f0a6e3b43","message":"This is a test. Nothing has happened."}}'),
  ('webhook.failing', 'webhook', 'outbound', 'One of your other webhooks has failed three times in a row.', 'tablehook', 1,
   '{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{"webhook_id":{"type":"string","format":"uuid"},"name":{"type":"string"},"url":{"type":"string"},"reason":{"type":["string","null"]},"consecutive_failures":{"type":"integer","minimum":0,"maximum":9007199254740991},"at":{"type":"string","format":"date-time"}},"required":["webhook_id","name","url","reason","consecutive_failures","at"],"additionalProperties":{}}',
   '{"data":{"webhook_id":"9b2d7c54-1e0a-4b8f-8d27-5c1f0a6e3b43","name":"CRM sync","url":"https://example.com/webhooks","reason":null,"consecutive_failures":3,"at":"2026-11-20T14:05:11+00:00"}}'),
  ('webhook.disabled', 'webhook', 'outbound', 'One of your other webhooks was turned off because it kept failing.', 'tablehook', 1,
   '{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{"webhook_id":{"type":"string","format":"uuid"},"name":{"type":"string"},"url":{"type":"string"},"reason":{"type":["string","null"]},"consecutive_failures":{"type":"integer","minimum":0,"maximum":9007199254740991},"at":{"type":"string","format":"date-time"}},"required":["webhook_id","name","url","reason","consecutive_failures","at"],"additionalProperties":{}}',
   '{"data":{"webhook_id":"9b2d7c54-1e0a-4b8f-8d27-5c1f0a6e3b43","name":"CRM sync","url":"https://example.com/webhooks","reason":"failing","consecutive_failures":41,"at":"2026-11-20T14:05:11+00:00"}}'),
  ('webhook.recovered', 'webhook', 'outbound', 'One of your other webhooks works again.', 'tablehook', 1,
   '{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{"webhook_id":{"type":"string","format":"uuid"},"name":{"type":"string"},"url":{"type":"string"},"reason":{"type":["string","null"]},"consecutive_failures":{"type":"integer","minimum":0,"maximum":9007199254740991},"at":{"type":"string","format":"date-time"}},"required":["webhook_id","name","url","reason","consecutive_failures","at"],"additionalProperties":{}}',
   '{"data":{"webhook_id":"9b2d7c54-1e0a-4b8f-8d27-5c1f0a6e3b43","name":"CRM sync","url":"https://example.com/webhooks","reason":null,"consecutive_failures":0,"at":"2026-11-20T14:05:11+00:00"}}')
on conflict (name) do update set
  category = excluded.category, direction = excluded.direction, description = excluded.description, source = excluded.source,
  version = excluded.version, schema = excluded.schema, sample = excluded.sample;
