### reactions: the console's bell

reactions-notices = Notices
reactions-notices-lede = What happened that concerns you. The bell counts what you have not read.
reactions-views = Saved views
reactions-unread = Unread
reactions-all = All
reactions-none = Nothing new
reactions-none-text = Imports, failed work, new customers and sign-ins from new devices show up here.
reactions-what = What happened
reactions-meaning = How it is meant
reactions-when = When
reactions-read = Read
reactions-is-read = Read
reactions-mark = Mark as read
reactions-mark-named = Mark as read: { $title }
reactions-mark-all = Mark all as read
reactions-all-read = All notices marked as read
reactions-times = { $n } times
reactions-tone-bad = Act now
reactions-tone-warn = Have a look
reactions-tone-ok = Good news
reactions-tone-info = For your information
