<?php
// Configuration of the WordPress servers that tests start: each has a database and a content folder of its own.
define('DB_NAME', 'wp');
define('DB_USER', 'wp');
define('DB_PASSWORD', 'wp');
define('DB_HOST', getenv('LIENTHONG_WP_DATABASE'));
define('DB_CHARSET', 'utf8mb4');
define('WP_CONTENT_DIR', getenv('LIENTHONG_WP_CONTENT'));
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('WP_ENVIRONMENT_TYPE', 'local');
define('AUTOMATIC_UPDATER_DISABLED', true);
define('DISABLE_WP_CRON', true);
foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $name) {
    define($name . '_KEY', 'only for tests');
    define($name . '_SALT', 'only for tests');
}
$table_prefix = 'wp_';
if (!defined('ABSPATH')) {
    define('ABSPATH', __DIR__ . '/');
}
require_once ABSPATH . 'wp-settings.php';
