require 'openssl'

# Whether a request came from us. `body` is the raw text, before any parsing.
def verify(headers, body, secret)
  id, timestamp = headers.values_at('webhook-id', 'webhook-timestamp')
  return false unless id && timestamp&.match?(/\A\d+\z/) && (Time.now.to_i - timestamp.to_i).abs <= 300

  key = secret.start_with?('whsec_') ? secret.delete_prefix('whsec_').unpack1('m') : secret
  digest = OpenSSL::HMAC.digest('SHA256', key, "#{id}.#{timestamp}.".b + body.b)
  expected = "v1,#{[digest].pack('m0')}"
  # While a secret is being rolled there are two signatures: one right one is enough.
  headers.fetch('webhook-signature', '').split(' ').any? do |given|
    given.bytesize == expected.bytesize && OpenSSL.fixed_length_secure_compare(given, expected)
  end
end
