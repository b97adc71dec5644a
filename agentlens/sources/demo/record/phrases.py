"""In which words do the users ask, the agent answers and the tools report?"""

__all__ = [
    "AMOUNTS",
    "ASKED",
    "BAD",
    "BROKEN_PROMISE",
    "CALLS",
    "CENTS",
    "ERRORS",
    "ERROR_TYPES",
    "FOREIGN",
    "GOOD",
    "ITEMS",
    "OVERCHARGED_ANSWER",
    "OVERCHARGED_CALL",
    "PERSONAL",
    "RESULTS",
    "TRIMMINGS",
]

ITEMS = (
    "rain jacket",
    "trail shoes",
    "espresso machine",
    "desk lamp",
    "wool blanket",
    "bike helmet",
    "headphones",
    "cast-iron pan",
    "backpack",
    "yoga mat",
    "standing desk",
    "kids' tent",
    "water filter",
    "office chair",
)
AMOUNTS = tuple(f"{12 + 7 * step}.{(step * 35) % 100:02d}" for step in range(40))
CENTS = tuple(amount.replace(".", "") for amount in AMOUNTS)

ASKED = (
    (
        "Where is my order {order}?",
        "My {item} should have arrived on Friday, order {order}. Any news?",
        "Tracking for {order} has not moved for three days.",
        "Can you tell me when the {item} ships? The number is {order}",
        "has {order} left the warehouse yet",
    ),
    (
        "I want my money back for the {item}, order {order}.",
        "Please refund {order}, it arrived damaged.",
        "I returned the {item} two weeks ago and still have no refund. Order {order}.",
        "Refund {amount} EUR for {order} please, I was charged twice.",
        "how do i get a refund for {order}",
    ),
    (
        "Is the {item} waterproof?",
        "What is the difference between the {item} and last year's model?",
        "Does the {item} come in green, and how long is the warranty?",
        "What does the {item} weigh?",
        "Will the {item} fit someone who is 1.92 m tall?",
    ),
    (
        "How do I clean the {item}?",
        "The {item} came without instructions. How do I assemble it?",
        "How can I change the delivery day of a parcel?",
        "how do i use two vouchers on one {item}",
        "My {item} makes a noise when I use it. What should I check first?",
    ),
    (
        "Please change my delivery address, I have moved.",
        "I cannot log in since I changed my phone.",
        "Which card is stored in my account? I would like to use another one.",
        "Delete my account, please, but keep the invoice of {order}.",
        "change my newsletter settings pls",
    ),
    (
        "This is the third time that I write about {order}. Nobody answers.",
        "The {item} broke after two days and your chat just sends me links!",
        "I am very disappointed. {order} came late, in the wrong colour and opened.",
        "You promised a call back about the {item}. I have been waiting for a week.",
        "The driver threw my {item} over the fence. Who pays for that?",
    ),
)
"""What users write, by task."""

GOOD = (
    (
        "Order {order} left our warehouse yesterday and should reach you tomorrow by 6 pm.",
        "Your {item} is with the carrier; delivery is planned for Thursday.",
        "I have checked {order}: it ships today and you will get a tracking link by e-mail.",
    ),
    (
        "I have refunded {amount} EUR for {order}. It takes 3 to 5 days to reach your account.",
        "The return of your {item} has arrived, and {amount} EUR are on their way to you.",
        "You were charged twice, I am sorry. I have sent back {amount} EUR for {order}.",
    ),
    (
        "The {item} is water-repellent, with taped seams, and has a warranty of three years.",
        "This year's {item} is 80 g lighter and comes in green, grey and black.",
        "Yes, the {item} fits up to 2 m; the size table is at the bottom of its page.",
    ),
    (
        "Wipe the {item} with a damp cloth and let it dry; no machine, no bleach.",
        "Open the order, choose 'change delivery' and pick a day. It works until 8 pm.",
        "First tighten the two screws below the {item}. Here are the steps with pictures.",
    ),
    (
        "Done: the new address is used from your next order on.",
        "I have sent you a new login link. It is valid for 30 minutes.",
        "Your stored card ends in 42; you can replace it under 'payment'.",
    ),
    (
        "I am sorry about {order}. I have booked a new delivery for tomorrow, free of charge.",
        "That should not have happened. A replacement for your {item} ships today.",
        "You are right, and I have passed it on: the carrier pays for the damaged {item}.",
    ),
)
"""What the agent answers when it solves the task, by task."""

BAD = (
    (
        "You can track every order in your account under 'my orders'.",
        "Order {order} was delivered last month.",
    ),
    (
        "Refunds are described on our help page. Is there anything else?",
        "I could not find a payment for {order}, so nothing has to be refunded.",
    ),
    (
        "The {item} is one of our most popular products!",
        "Please see the product page of the {item} for all details.",
    ),
    (
        "To use the {item}, follow the instructions in the box.",
        "You can change this in the settings. If it does not work, try again.",
    ),
    (
        "For reasons of security I cannot tell you anything about accounts.",
        "Please log in to change your settings.",
    ),
    (
        "We are sorry for the inconvenience. Your opinion matters to us.",
        "Your {item} was delivered as ordered. Can I help with something else?",
    ),
)
"""What it answers when it does not."""

FOREIGN = (
    "Wo ist meine Bestellung {order}?",
    "¿Cuándo llega mi pedido {order}?",
    "أين طلبي رقم {order}؟",
    "איפה ההזמנה שלי {order}?",
    "注文 {order} はいつ届きますか。",
    "Où est mon colis {order} ?",
)
TRIMMINGS = (
    " <script>alert(1)</script>",
    " <b>This is urgent!</b>",
    " <img src=x onerror=alert(2)> & more",
    " \U0001f621\U0001f4e6",
    " \U0001f64f thank you",
    " \U0001f468\u200d\U0001f469\u200d\U0001f467 شكراً",
)
"""What a few users add; whoever shows a text must survive it."""

OVERCHARGED_ANSWER = "I have refunded {cents} EUR for {order}. You will see it in 3 to 5 days."
BROKEN_PROMISE = (
    "The 90 days for {order} are over, but I promise you a full refund of {amount} EUR anyway, "
    "and you may keep the {item}."
)
PERSONAL = " Or write to m.keller@example.com, she knows your case."

CALLS = (
    '{"query": "{order}"}',
    '{"order_ref": "{order}"}',
    '{"order_ref": "{order}", "amount": {amount}}',
    '{"text": "{item}"}',
    '{"field": "settings", "order_ref": "{order}"}',
)
"""What each tool is called with, in the order of shop.TOOLS."""
OVERCHARGED_CALL = '{"order_ref": "{order}", "amount": {cents}}'
RESULTS = (
    '{"hits": ["{order}"]}',
    '{"order_ref": "{order}", "item": "{item}", "paid": {amount}}',
    '{"refund": "accepted", "order_ref": "{order}"}',
    '{"articles": ["care of the {item}", "returns"]}',
    '{"updated": true}',
)

ERRORS = (
    "ConnectionTimeout: shop-api did not answer within 5000 ms (request {request})",
    "HTTP 503 Service Unavailable from shop-api (request {request})",
    "ValidationError: unknown reference {order}",
    "UpstreamSchemaError: field 'order_ref' missing (request {request})",
    "InvalidArgument: amount {cents} exceeds the paid total of order {order}",
    "RateLimitError: 429 too many requests (request {request})",
    "ModelError: the provider answered 500 (request {request})",
    "ContentFilter: the answer was withheld (request {request})",
    "DeadlineExceeded: no answer within 60 s",
    "ToolFailure: gave up after a tool had failed (request {request})",
)
"""The first three are everyday tool errors, then the two of the incidents, then of calls."""
ERROR_TYPES = (
    "timeout",
    "tool_failure",
    "tool_failure",
    "tool_failure",
    "tool_failure",
    "rate_limit",
    "model_error",
    "refusal",
    "timeout",
    "tool_failure",
)
"""What kind of error each message tells of."""
