"""Work by messages: the wire, the queue port, and the consumer that keeps SQS's promises."""
