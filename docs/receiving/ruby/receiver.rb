# A receiver without dependencies. WEBHOOK_SECRET=whsec_… PORT=4000 ruby receiver.rb
# Ruby brings no HTTP server, so the last third of this file is one. In Rails or Sinatra only `problem` is needed.
require 'openssl'
require 'set'
require 'socket'

SECRET = ENV.fetch('WEBHOOK_SECRET')
# whsec_ and base64 is a key in that form; any other secret is the key as it stands.
KEY = SECRET.start_with?('whsec_') ? SECRET.delete_prefix('whsec_').unpack1('m') : SECRET
TOLERANCE = 5 * 60
SEEN = Set.new # Use your database: a unique index on the id, written in the transaction that does the work.

# Says what is wrong with a request, or nil. `body` is the bytes exactly as they came.
def problem(headers, body)
  id, timestamp, signatures = headers.values_at('webhook-id', 'webhook-timestamp', 'webhook-signature')
  return 'not signed' unless id && timestamp && signatures
  return 'too old' unless timestamp.match?(/\A\d+\z/) && (Time.now.to_i - timestamp.to_i).abs <= TOLERANCE

  expected = "v1,#{[OpenSSL::HMAC.digest('SHA256', KEY, "#{id}.#{timestamp}.".b + body)].pack('m0')}"
  # One signature per live secret, so that a roll loses nothing: any of them will do.
  right = signatures.split(' ').any? { |one| one.bytesize == expected.bytesize && OpenSSL.fixed_length_secure_compare(one, expected) }
  right ? nil : 'wrong signature'
end

# Takes one request, and returns the status and the text to answer with.
def receive(headers, body)
  if (why = problem(headers, body))
    puts "refused: #{why}"
    return ['401 Unauthorized', why]
  end
  id = headers['webhook-id']
  # Put it on a queue of yours; do the work after the answer.
  puts SEEN.add?(id) ? "accepted #{headers['x-webhook-event']} #{id}" : "again #{id}"
  ['204 No Content', nil]
end

$stdout.sync = true
server = TCPServer.new('127.0.0.1', Integer(ENV.fetch('PORT', '4000')))
puts 'listening'
loop do
  Thread.new(server.accept) do |socket|
    socket.binmode
    socket.gets
    headers = {}
    while (line = socket.gets&.chomp) && !line.empty?
      name, value = line.split(':', 2)
      headers[name.downcase] = value.strip.b
    end
    status, text = receive(headers, socket.read(headers['content-length'].to_i) || '')
    length = text ? "content-length: #{text.bytesize}\r\n" : ''
    socket.write "HTTP/1.1 #{status}\r\n#{length}connection: close\r\n\r\n#{text}"
  ensure
    socket.close
  end
end
