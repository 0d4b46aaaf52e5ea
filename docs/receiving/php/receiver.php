<?php
// A receiver without dependencies. WEBHOOK_SECRET=whsec_… php -S 127.0.0.1:4000 receiver.php

const TOLERANCE = 5 * 60;

/** Says what is wrong with a request, or null. $body is the text exactly as it came. */
function problem(string $secret, array $server, string $body): ?string
{
    $id = $server['HTTP_WEBHOOK_ID'] ?? '';
    $timestamp = $server['HTTP_WEBHOOK_TIMESTAMP'] ?? '';
    $signatures = $server['HTTP_WEBHOOK_SIGNATURE'] ?? '';
    if ($id === '' || $timestamp === '' || $signatures === '') {
        return 'not signed';
    }
    if (!ctype_digit($timestamp) || abs(time() - (int) $timestamp) > TOLERANCE) {
        return 'too old';
    }
    // whsec_ and base64 is a key in that form; any other secret is the key as it stands.
    $key = str_starts_with($secret, 'whsec_') ? base64_decode(substr($secret, 6)) : $secret;
    $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $key, true));
    // One signature per live secret, so that a roll loses nothing: any of them will do.
    foreach (explode(' ', $signatures) as $one) {
        if (hash_equals($expected, $one)) {
            return null;
        }
    }
    return 'wrong signature';
}

/** PHP forgets between requests. Use your database: a unique index on the id, written in the transaction that does the work. */
function isNew(string $id): bool
{
    $folder = getenv('SEEN_FOLDER') ?: sys_get_temp_dir() . '/webhooks-seen';
    @mkdir($folder);
    $mark = @fopen($folder . '/' . hash('sha256', $id), 'x');
    return $mark !== false;
}

$secret = getenv('WEBHOOK_SECRET') ?: throw new RuntimeException('Set WEBHOOK_SECRET to the signing secret of the webhook.');
$why = problem($secret, $_SERVER, file_get_contents('php://input'));
if ($why !== null) {
    error_log("refused: $why");
    http_response_code(401);
    echo $why;
    return;
}
$id = $_SERVER['HTTP_WEBHOOK_ID'];
// Put it on a queue of yours; do the work after the answer.
error_log(isNew($id) ? "accepted {$_SERVER['HTTP_X_WEBHOOK_EVENT']} $id" : "again $id");
http_response_code(204);
